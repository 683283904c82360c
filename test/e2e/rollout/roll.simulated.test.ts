import { failureScenes } from "./failures";
import { story } from "./story";
import { upgradeScenes } from "./upgrade";

const told = story(12, { canary: 1, maxUnavailable: "25%" });
upgradeScenes(told);
failureScenes(told);
