import { onRealHosts } from "./hosts";
import { wayScenes } from "./scenes/ways";

onRealHosts(wayScenes);
