import { interruptedScenes } from "./interrupted";
import { story } from "./story";

interruptedScenes(story(12, { canary: 1, maxUnavailable: "25%" }));
