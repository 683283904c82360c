# shellcheck shell=bash disable=SC2154 # names are shared with bed and the other parts
# One bridge a bed, without forwarding: hosts reach the machine and one another, and nothing else.

subnet_is_free() {
    [[ -z $(ip -4 route show root "$1.0/24") ]]
}

make_bridge() {
    [[ ! -d /sys/class/net/$bridge ]] || return 0
    ip link add "$bridge" type bridge
    # A host that was cut off and comes back must be heard at once.
    ip link set "$bridge" type bridge stp_state 0 forward_delay 0
    ip address add "$TB_NET.1/24" dev "$bridge"
    ip link set "$bridge" up
}

choose_subnet() {
    local n
    for ((n = 77; n < 255; n++)); do
        TB_NET=10.213.$n
        ! subnet_is_free "$TB_NET" || return 0
    done
    die "no free subnet between 10.213.77 and 10.213.254; set TB_NET"
}

# Two beds must not take the same subnet, so choosing and taking it is one step for the whole machine.
claim_network() {
    [[ ! -d /sys/class/net/$bridge || -z ${TB_NET:-} ]] || return 0
    mkdir -p "$cache"
    exec {net_lock}>"$cache/net-lock"
    flock "$net_lock"
    if [[ -z ${TB_NET:-} ]]; then
        choose_subnet
    else
        subnet_is_free "$TB_NET" || die "$TB_NET.0/24 is in use on this machine; set TB_NET"
    fi
    [[ ! -d /sys/class/net/$bridge ]] || die "another bed has the tag $TB_TAG; set TB_TAG"
    # Written before anything is made, so that an interrupted run leaves nothing that destroy cannot find.
    printf '%s\n' "TB_TAG=$TB_TAG" "TB_NET=$TB_NET" "TB_DISK=$TB_DISK" "TB_SUITE=$TB_SUITE" >"$TB_DIR/settings"
    make_bridge
    exec {net_lock}>&-
}

# The host's end gets a fixed hardware address: a host that was off comes back as the same machine.
plug_in() {
    ip netns add "$netns"
    ip link add "$veth" type veth peer name "${veth}i"
    ip link set "${veth}i" netns "$netns" name eth0 address "$(printf '02:c0:05:00:00:%02x' "$number")"
    ip link set "$veth" master "$bridge" up
    ip -n "$netns" address add "$address/24" dev eth0
    ip -n "$netns" link set lo up
    ip -n "$netns" link set eth0 up
}

# The name space goes too: its sockets must not answer for a host that is off.
unplug() {
    unslow
    [[ ! -d /sys/class/net/$veth ]] || ip link delete "$veth"
    [[ ! -e /run/netns/$netns ]] || ip netns delete "$netns"
}
