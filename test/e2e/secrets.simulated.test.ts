import { onSimulatedHosts } from "./hosts";
import { secretScenes } from "./scenes/secrets";

onSimulatedHosts(secretScenes);
