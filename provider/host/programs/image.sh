# shellcheck shell=bash
# The image of the kubelet in the store of rkt.

images_now() { # -> REPLY: names, one a line; fails where rkt does not tell
    REPLY=$(timeout -k 10 60 rkt image list --no-legend --fields=name </dev/null 2>/dev/null 9>&-) || return 1
    REPLY=$'\n'$REPLY$'\n'
}

has_image() { # NAME
    images_now && [[ $REPLY == *$'\n'$1$'\n'* ]]
}

fetch_image() {
    local since message code free
    [[ -n ${plan[fetch]-} ]] || return 0
    ! has_image "${plan[image]}" || return 0
    free=$(df -B1 --output=avail "$root/var/lib" </dev/null 2>/dev/null | tail -n 1)
    [[ -z $free ]] || ((free >= plan[fetch_room])) ||
        end refused "$((free >> 20)) MiB are free under /var/lib, $((plan[fetch_room] >> 20)) MiB are needed to fetch an image" error space
    step fetch image "${plan[fetch]}"
    now
    since=$REPLY
    # Who reads our log tells what stands last in that file.
    # shellcheck disable=SC2086 # options are words without spaces, made by us
    timeout -k 10 "${plan[fetch_timeout]}" rkt fetch ${plan[fetch_options]-} "${plan[fetch]}" </dev/null >"$here/fetch" 2>&1 9>&-
    code=$?
    took fetch "$since"
    message=$(tail -c 16384 -- "$here/fetch" </dev/null | tr -d '\000')
    rm -f "$here/fetch"
    if ((code == 0)); then
        rec[fetched]+="${rec[fetched]:+ }${plan[image]}"
        # If this operation ends before it is armed, nothing else remembers whose image that is.
        if [[ -n ${rec[state]-} ]]; then
            record_write || end refused 'the record could not be written'
            plan[expect_seq]=${rec[seq]}
        fi
        return 0
    fi
    # 137: killed, by timeout or by somebody else, such as a kernel that is out of memory.
    if ((code == 124 || (code == 137 && timing[fetch] >= plan[fetch_timeout] * 100))); then
        message="fetch: it took longer than ${plan[fetch_timeout]} s"
    elif ((code == 137)) || [[ -z $message ]]; then
        message="fetch: it ended with status $code"
    fi
    # The usage text follows a refused flag, and "using image from" comes before anything: neither tells why.
    message=$(printf '%s' "$message" | grep -m 1 -E '^(Error|fetch|run|stage0): ' || printf '%s' "${message##*$'\n'}")
    end refused "rkt ${message:0:300}" error fetch
}

# Those that we fetched and that neither this kubelet nor the one before it needs; whether it works or not. What somebody else
# took away is forgotten: a record that remembers for ever grows too long to be written.
remove_images() {
    local image there='' kept=''
    for image in ${rec[fetched]-}; do
        if [[ $image != "${rec[image]-}" && $image != "${rec[previous]-}" ]]; then
            if [[ -z $there ]]; then
                images_now || return 0
                there=$REPLY
            fi
            [[ $there == *$'\n'$image$'\n'* ]] || continue
            ! timeout 60 rkt image rm "$image" </dev/null >/dev/null 2>&1 9>&- || continue
        fi
        [[ " $kept " == *" $image "* ]] || kept+="${kept:+ }$image"
    done
    [[ $kept != "${rec[fetched]-}" ]] || return 0
    rec[fetched]=$kept
    record_write
}
