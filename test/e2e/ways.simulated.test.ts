import { onSimulatedHosts } from "./hosts";
import { wayScenes } from "./scenes/ways";

onSimulatedHosts(wayScenes);
