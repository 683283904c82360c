# shellcheck shell=bash disable=SC2154 # names are shared with bed and the other parts
# What can happen to a host.

host_ssh() {
    select_host "$1"
    ssh -F "$TB_DIR/ssh_config" "$address" "${@:2}"
}

reboot_host() {
    local old_boot
    old_boot=$(host_ssh "$1" cat /proc/sys/kernel/random/boot_id)
    # Whether the answer comes before the connection goes is a race, and either is a reboot.
    host_ssh "$1" sudo systemctl reboot || true
    wait_ready "$old_boot"
}

# The cable first, or the dying sockets would tell the other side.
power_cut() {
    select_host "$1"
    unplug
    end_processes
    drop_cgroup "$cgroup"
}

power_on() {
    select_host "$1"
    start_host
    wait_ready
}

cable() {
    select_host "$1"
    case ${2:-} in
        out) ip link set "$veth" down ;;
        in) ip link set "$veth" up ;;
        *) die "cable takes NAME out|in" ;;
    esac
}

# The host writes on meanwhile, so what was free may be so no more.
fill_disk() {
    fallocate -l "$(($(df --output=avail -B1 "$dir/disk" | tail -n 1)))" "$dir/disk/ballast"
}

take_inodes() {
    mount -o "remount,nr_inodes=$(($(df --output=iused "$dir/disk" | tail -n 1)))" "$dir/disk"
}

disk_full() {
    select_host "$1"
    insist fill_disk
}

disk_free() {
    select_host "$1"
    rm -f "$dir/disk/ballast"
}

freeze() {
    select_host "$1"
    echo "$2" >"$cgroup/cgroup.freeze"
    insist grep -qx "frozen $2" "$cgroup/cgroup.events"
}

# inside NAME COMMAND...: as root on the host, without ssh
inside() {
    local init
    select_host "$1"
    init=$(head -n 1 "$cgroup/payload/init.scope/cgroup.procs")
    [[ -n $init ]] || die "$name is off"
    env -u BASH_ENV nsenter --target "$init" --mount --pid --net --uts --ipc "${@:2}"
}

# Nothing that the host sends arrives; it still hears.
black_hole() {
    select_host "$1"
    case ${2:-} in
        on) ip -n "$netns" route add blackhole "$TB_NET.1" ;;
        off) ip -n "$netns" route delete blackhole "$TB_NET.1" ;;
        *) die "black-hole takes NAME on|off" ;;
    esac
}

refuse() {
    case ${2:-} in
        on) inside "$1" systemctl stop sshd.socket ;;
        off) inside "$1" systemctl start sshd.socket ;;
        *) die "refuse takes NAME on|off" ;;
    esac
}

cut_links() {
    inside "$1" pkill -KILL sshd || (($? == 1))
}

restart_sshd() {
    inside "$1" systemctl restart sshd.socket
    cut_links "$1"
}

read_only() {
    case ${2:-} in
        on)
            # journald holds /var open.
            inside "$1" journalctl --relinquish-var
            inside "$1" mount -o remount,bind,ro /
            ;;
        off) inside "$1" mount -o remount,bind,rw / ;;
        *) die "read-only takes NAME on|off" ;;
    esac
}

inodes_full() {
    select_host "$1"
    case ${2:-} in
        on) insist take_inodes ;;
        off) mount -o remount,nr_inodes=1000000 "$dir/disk" ;;
        *) die "inodes-full takes NAME on|off" ;;
    esac
}

pid1() {
    local init
    select_host "$1"
    init=$(head -n 1 "$cgroup/payload/init.scope/cgroup.procs")
    case ${2:-} in
        busy) kill -STOP "$init" ;;
        free) kill -CONT "$init" ;;
        *) die "pid1 takes NAME busy|free" ;;
    esac
}
