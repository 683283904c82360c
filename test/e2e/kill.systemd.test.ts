import { onRealHosts } from "./hosts";
import { killScenes } from "./scenes/kill";

onRealHosts(killScenes);
