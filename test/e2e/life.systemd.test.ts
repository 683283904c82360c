import { onRealHosts } from "./hosts";
import { lifeScenes } from "./scenes/life";

onRealHosts(lifeScenes);
