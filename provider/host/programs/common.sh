# shellcheck shell=bash
# What all programs on the host share: where things are, how a line of the protocol looks, what systemd and the kubelet say.
# Every path lies under $root, which is empty on a real host and a scratch folder in tests.

LC_ALL=C
export LC_ALL
umask 077
root=${PCK_ROOT-}
[[ -n $root ]] || PATH=/usr/sbin:/usr/bin:/sbin:/bin

units=$root/etc/systemd/system
unit=$units/kubelet.service
wrapper=$root/opt/bin/kubelet-wrapper
store=$root/var/lib/pulumi-coreos-kubelet
record=$store/record
ballast=$store/ballast
ops=$root/run/pulumi-coreos-kubelet
recovery=$units/pulumi-coreos-kubelet-recovery.service
recovery_link=$units/sysinit.target.wants/pulumi-coreos-kubelet-recovery.service

out=1 # file descriptor that protocol lines go to

encode() { # TEXT -> REPLY
    REPLY=${1//\%/%25}
    REPLY=${REPLY//$'\t'/%09}
    REPLY=${REPLY//$'\n'/%0A}
    REPLY=${REPLY//$'\r'/%0D}
}

decode() { # TEXT -> REPLY
    REPLY=${1//\\/\\\\}
    printf -v REPLY '%b.' "${REPLY//\%/\\x}"
    REPLY=${REPLY%.}
}

emit() { # VERB [KEY VALUE]...
    local line=$'PCK1\t'$1
    shift
    while (($#)); do
        encode "$2"
        line+=$'\t'$1=$REPLY
        shift 2
    done
    printf '%s\n' "$line" >&"$out"
}

fields_into() { # ARRAY LINE: the key=value fields of a line
    local -n into=$1
    local field IFS=$'\t'
    set -f
    for field in $2; do
        [[ $field == *=* ]] || continue
        decode "${field#*=}"
        into[${field%%=*}]=$REPLY
    done
    set +f
}

# Hundredths of a second since boot: the wall clock of a host may jump.
now() { # -> REPLY
    local up
    read -r up _ </proc/uptime
    REPLY=$((10#${up/./}))
}

hash_of() { # FILE -> REPLY: sha256, or what stands there instead of a file
    if [[ -L $1 ]]; then
        REPLY='link'
    elif [[ ! -e $1 ]]; then
        REPLY=absent
    elif [[ -d $1 ]]; then
        REPLY=folder
    elif [[ ! -f $1 ]]; then
        REPLY=other
    else
        REPLY=$(sha256sum <"$1")
        REPLY=${REPLY%% *}
    fi
}

text_of() { # FILE -> REPLY, at most 64 KiB, its last newlines kept
    REPLY=$(head -c 65536 -- "$1" </dev/null | tr -d '\000' && printf .)
    REPLY=${REPLY%.}
}

links_now() { # -> REPLY: enablement links of kubelet.service, relative to the units' folder, one a line
    local link
    REPLY=
    for link in "$units"/*.wants/kubelet.service "$units"/*.requires/kubelet.service; do
        [[ ! -L $link ]] || REPLY+=${link#"$units"/}$'\n'
    done
}

show() { # ARRAY UNIT: properties of a unit
    local -n into=$1
    local line
    into[ActiveState]=unknown
    into[MainPID]=0
    into[ExecMainStartTimestampMonotonic]=0
    while IFS= read -r line; do
        [[ $line != ?*=* ]] || into[${line%%=*}]=${line#*=}
    done < <(
        systemctl show -p LoadState,ActiveState,SubState,Result,MainPID,ExecMainStatus,ExecMainStartTimestampMonotonic,NeedDaemonReload,FragmentPath,DropInPaths,Job "$2" </dev/null 2>/dev/null
    )
    # Without a job, older releases leave the line out and newer ones the number.
    [[ -n ${into[Job]-} ]] || into[Job]=0
}

healthz() { # PORT (0: it is not asked) -> REPLY: ok, or what was heard
    [[ $1 != 0 ]] || {
        REPLY=ok
        return 0
    }
    # Neither a proxy of the environment nor root's own settings stand between.
    REPLY=$(curl -q --noproxy '*' -fsS --max-time 2 "http://127.0.0.1:$1/healthz" </dev/null 2>&1 | head -c 200)
    [[ $REPLY == ok ]]
}

# The pod that a process lives in names the image; fly's command line does not. Unreadable is unknown, never assumed.
pod_of() { # PID -> REPLY: "NAME TAG UUID", or empty
    local place manifest image
    REPLY=
    place=$(readlink "$root/proc/$1/root" </dev/null 2>/dev/null) || return 0
    [[ $place == */pods/run/*/stage1/rootfs/* ]] || return 0
    place=${place%%/stage1/rootfs/*}
    manifest=$(head -c 262144 -- "$root${place#"$root"}/pod" </dev/null 2>/dev/null) || return 0
    image=${manifest#*\"image\":}
    [[ $image != "$manifest" ]] || return 0
    [[ $image =~ ^\{\"name\":\"([^\"]*)\" ]] || return 0
    REPLY=${BASH_REMATCH[1]}
    image=${image%%\"app\":*}
    [[ $image =~ \{\"name\":\"version\",\"value\":\"([^\"]*)\"\} ]] || {
        REPLY=
        return 0
    }
    REPLY+=" ${BASH_REMATCH[1]} ${place##*/}"
}
