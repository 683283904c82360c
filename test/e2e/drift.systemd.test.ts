import { onRealHosts } from "./hosts";
import { driftScenes } from "./scenes/drift";

onRealHosts(driftScenes);
