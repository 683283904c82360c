export type { Fleet, Properties, Severity, Update } from "./fleet";
export { Roll } from "./roll";
