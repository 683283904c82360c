import { realScenes } from "./real";

realScenes();
