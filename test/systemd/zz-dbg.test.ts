import { it } from "vitest";
import { readBySystemd } from "/work/main/test/systemd/support/manager";
it("x", () => {
  const vs = ["", "-\\\\\\\n# comment\n \\; ", "A=\\\n# comment\nB=b", "A=b\\\n", "A='\nééé\"\\\n# comment\n", "\\xc3\n-", "\\xc3", "a \\;", "#\\\nx"];
  const us = vs.map((value) => `[Service]\nEnvironment=${value}\n\nExecStartPre=/bin/x ${value}\n\nExecStart=/bin/x\n`);
  readBySystemd(us).forEach((r, i) => console.log(JSON.stringify(vs[i]), JSON.stringify(r)));
});
