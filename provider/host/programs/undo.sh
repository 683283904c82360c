# shellcheck shell=bash
# The way back, by renames alone, so that a full disk cannot block it; each step may be repeated.

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
