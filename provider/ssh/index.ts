export type { Channel, Exit } from "./channel";
export { dial, type DialOptions, type Session } from "./dial";
