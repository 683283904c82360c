import { onSimulatedHosts } from "./hosts";
import { identityScenes } from "./scenes/identity";

onSimulatedHosts(identityScenes);
