# shellcheck shell=bash
# What an operation leaves on the disk of where it stands.
# Two slots of 4096 bytes, written in turn, in place, each with its own checksum: a cut write leaves the other one whole,
# and a full disk cannot stop a write.

declare -A rec=() # the record, key to value

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

baseline_of() { # -> baseline: what stood there before the first create of who owns the kubelet now
    baseline=$store/${rec[baseline]-none}
}
