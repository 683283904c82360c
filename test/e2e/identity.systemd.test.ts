import { onRealHosts } from "./hosts";
import { identityScenes } from "./scenes/identity";

onRealHosts(identityScenes);
