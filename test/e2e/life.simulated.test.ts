import { onSimulatedHosts } from "./hosts";
import { lifeScenes } from "./scenes/life";

onSimulatedHosts(lifeScenes);
