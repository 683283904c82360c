#!/usr/bin/env bash
# Checks every bash script of the repository with ShellCheck and shfmt; with --write, formats them instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
    printf 'lint-shell: %s\n' "$1" >&2
    exit 1
}

# A bash script is a file that is named so, or whose first line calls bash.
is_script() {
    local first=
    [[ $1 == *.sh ]] && return
    [[ -r $1 ]] || fail "cannot read $1"
    # A last line without a line feed is a line, too; zero bytes of other files are no concern.
    { IFS= read -r -n 100 first <"$1" || true; } 2>/dev/null
    [[ $first =~ ^'#!'.*[/\ ]bash([[:space:]]|$) ]]
}

format=-d
case "${1-}" in
    '') ;;
    --write) format=-w ;;
    *) fail "usage: lint-shell.sh [--write]" ;;
esac

for tool in git shellcheck shfmt; do
    command -v "$tool" >/dev/null || fail "$tool is missing; on Debian: apt-get install -y git shellcheck shfmt"
done

files=()
while IFS= read -r -d '' file; do
    # Git lists what is deleted and not yet committed, too; a link's target is listed under its own name.
    [[ -f $file && ! -L $file ]] || continue
    if is_script "$file"; then files+=("$file"); fi
done < <(git ls-files -coz --exclude-standard)
((${#files[@]} > 0)) || fail "git lists no bash script here; is this a checkout of the repository?"

status=0
shfmt -i 4 -ci "$format" -- "${files[@]}" || status=1
if [[ $format == -d ]]; then
    shellcheck -x --source-path=SCRIPTDIR -- "${files[@]}" || status=1
    ((status != 0)) || printf 'lint-shell: %d scripts pass\n' "${#files[@]}"
fi
exit "$status"
