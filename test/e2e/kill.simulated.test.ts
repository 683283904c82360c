import { onSimulatedHosts } from "./hosts";
import { killScenes } from "./scenes/kill";

onSimulatedHosts(killScenes);
