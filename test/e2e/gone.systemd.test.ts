import { onRealHosts } from "./hosts";
import { goneScenes } from "./scenes/gone";

onRealHosts(goneScenes);
