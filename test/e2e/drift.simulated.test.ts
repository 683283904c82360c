import { onSimulatedHosts } from "./hosts";
import { driftScenes } from "./scenes/drift";

onSimulatedHosts(driftScenes);
