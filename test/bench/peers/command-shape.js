// Resources of the shape of @pulumi/command: CopyToRemote, Command, Command, each of which logs in for itself.
const { dynamic } = require("@pulumi/pulumi");

const onHost = async ({ host, port, user, privateKey, hostKey }, act) => {
    const { Client } = require("ssh2");
    const client = new Client();
    try {
        await new Promise((resolve, reject) => {
            client.on("ready", resolve).on("error", reject);
            const hostVerifier = (key) => key.toString("base64") === hostKey.split(" ")[1];
            client.connect({ host, port, username: user, privateKey, hostVerifier, readyTimeout: 120_000 });
        });
        await act(client);
    } finally {
        client.end();
    }
};

const copy = (client, { path, text }) =>
    new Promise((resolve, reject) => {
        client.sftp((error, sftp) => {
            if (error) reject(error);
            else sftp.writeFile(path, text, (failed) => (failed ? reject(failed) : resolve()));
        });
    });

const run = (client, { command }) =>
    new Promise((resolve, reject) => {
        client.exec(command, (error, channel) => {
            if (error) return reject(error);
            channel.resume().stderr.resume();
            channel.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`status ${code}`))));
        });
    });

const apply = async (inputs) => {
    await onHost(inputs.connection, (client) => (inputs.path === undefined ? run : copy)(client, inputs));
    return inputs;
};

const provider = {
    create: async (inputs) => ({ id: "id", outs: await apply(inputs) }),
    update: async (id, olds, news) => ({ outs: await apply(news) }),
    diff: async (id, olds, news) => ({ changes: olds.text !== news.text || olds.trigger !== news.trigger }),
};

class CopyToRemote extends dynamic.Resource {}
class RemoteCommand extends dynamic.Resource {}

const RESTART = [
    "sudo mv /tmp/kubelet.service /etc/systemd/system/kubelet.service",
    "sudo systemctl daemon-reload",
    "sudo systemctl -q enable kubelet",
    "sudo systemctl restart kubelet",
].join(" && ");

const kubelet = ({ name, connection, unit }) => {
    const copied = new CopyToRemote(provider, `${name}-unit`, { connection, path: "/tmp/kubelet.service", text: unit });
    const restart = { connection, command: RESTART, trigger: unit };
    const restarted = new RemoteCommand(provider, `${name}-restart`, restart, { dependsOn: copied });
    const check = { connection, command: "systemctl is-active -q kubelet", trigger: unit };
    new RemoteCommand(provider, `${name}-check`, check, { dependsOn: restarted });
};
