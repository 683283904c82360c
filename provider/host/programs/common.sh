# shellcheck shell=bash
# What all programs on the host share: where things are, how a line of the protocol looks, the record.
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

declare -A rec=() # the record, key to value
out=1             # file descriptor that protocol lines go to

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
        systemctl show -p LoadState,ActiveState,SubState,Result,MainPID,ExecMainStatus,ExecMainCode,ExecMainStartTimestampMonotonic,NeedDaemonReload,FragmentPath,DropInPaths,Job,UnitFileState,ControlPID "$2" </dev/null 2>/dev/null
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

# Two slots of 4096 bytes, written in turn, in place, each with its own checksum: a cut write leaves the other one whole,
# and a full disk cannot stop a write.
baseline_of() { # -> baseline: what stood there before the first create of who owns the kubelet now
    baseline=$store/${rec[baseline]-none}
}

record_read() { # -> rec; fails where there is none
    local slot line sum payload seq best=-1 text=
    rec=([seq]=0)
    [[ -f $record ]] || return 1
    for slot in 0 1; do
        IFS=' ' read -r -n 4096 line < <(dd if="$record" bs=4096 skip="$slot" count=1 status=none </dev/null 2>/dev/null)
        sum=${line%% *}
        payload=${line#* }
        [[ $payload == seq=* ]] || continue
        [[ $sum == "$(printf '%s' "$payload" | sha256sum | head -c 64)" ]] || continue
        seq=${payload%%$'\t'*}
        seq=${seq#seq=}
        if ((seq > best)); then
            best=$seq
            text=$payload
        fi
    done
    ((best >= 0)) || return 1
    fields_into rec "$text"
}

record_write() { # durable when it returns 0
    local key payload sum seq=$((rec[seq] + 1))
    payload=seq=$seq
    for key in "${!rec[@]}"; do
        [[ $key != seq && -n ${rec[$key]} ]] || continue
        encode "${rec[$key]}"
        payload+=$'\t'$key=$REPLY
    done
    # A value may end in spaces, and spaces fill the slot: something must stand between the two.
    payload+=$'\t.'
    sum=$(printf '%s' "$payload" | sha256sum | head -c 64)
    ((${#sum} == 64 && ${#payload} < 4000)) || return 1
    # A write that failed is tried again in the same slot: the other one holds the last that is true.
    printf '%-4095s\n' "$sum $payload" |
        dd of="$record" bs=4096 count=1 seek=$((seq % 2)) conv=notrunc,fsync iflag=fullblock status=none 2>/dev/null || return 1
    rec[seq]=$seq
}

record_prepare() {
    [[ ! -f $record ]] || return 0
    mkdir -p "$store" || return 1
    printf '%8192s' ' ' | dd of="$record.new" bs=8192 count=1 conv=fsync iflag=fullblock status=none 2>/dev/null &&
        mv -fT "$record.new" "$record" && sync "$store"
}

# --- the way back, by renames alone, so that a full disk cannot block it; each step may be repeated

undo_one() { # TARGET WHAT: `file`: its former self waits beside it; `absent`: there was none; `kept`: untouched
    local was=${1%/*}/.pck-undo-${1##*/}
    was=${was%.service}
    case $2 in
        # Before the swap both names are one file, and mv refuses to rename a file to itself.
        file) [[ $was -ef $1 && ! -L $1 || (! -e $was && ! -L $was) ]] || mv -fT "$was" "$1" || return 1 ;;
        absent) rm -f "$1" || return 1 ;;
        *) return 0 ;;
    esac
    # An immutable file cannot be rid of its second name; it is in its place all the same.
    rm -f "$was"
    return 0
}

undo_files() {
    local link folder
    undo_one "$unit" "${rec[undo_unit]-kept}" || return 1
    undo_one "$wrapper" "${rec[undo_wrapper]-kept}" || return 1
    for link in ${rec[links_add]-}; do
        undo_one "$units/$link" absent || return 1
    done
    for link in ${rec[links_remove]-}; do
        undo_one "$units/$link" file || return 1
    done
    tidy
    for folder in ${rec[made]-}; do
        rmdir "$folder" 2>/dev/null
    done
    sync "$units"
    [[ ! -d ${wrapper%/*} ]] || sync "${wrapper%/*}"
}

tidy() { # what a swap leaves beside its targets
    rm -f "$units"/.pck-{new,undo}-* "$units"/*.{wants,requires}/.pck-{new,undo}-* "${wrapper%/*}"/.pck-{new,undo}-*
}

forget_operation() { # the wishes of an operation that did not come to pass
    local key
    for key in "${!rec[@]}"; do
        case $key in
            to_* | undo_* | links_add | links_remove | made | was_*) unset "rec[$key]" ;;
        esac
    done
}
