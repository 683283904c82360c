import { onSimulatedHosts } from "./hosts";
import { goneScenes } from "./scenes/gone";

onSimulatedHosts(goneScenes);
