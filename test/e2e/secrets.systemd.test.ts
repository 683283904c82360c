import { onRealHosts } from "./hosts";
import { secretScenes } from "./scenes/secrets";

onRealHosts(secretScenes);
