#!/bin/sh
# Writes the key for publishing over SSH, and the keys of the server, where ssh looks for them. Prints neither.
#
# SSH_KEY: a private key without a passphrase. SSH_KNOWN_HOSTS: what `ssh-keyscan -H` printed and somebody compared.
set -eu
umask 077

for name in SSH_KEY SSH_KNOWN_HOSTS; do
    eval "[ -n \"\${$name:-}\" ]" || {
        echo "Error: $name is empty. It belongs among the secrets of the environment; DEPLOY.md says how." >&2
        exit 1
    }
done

mkdir -p "$HOME/.ssh"
if [ -e "$HOME/.ssh/id_publish" ] || [ -e "$HOME/.ssh/config" ]; then
    echo "Error: $HOME/.ssh is in use: this is for a machine that is thrown away afterwards." >&2
    exit 1
fi
# A secret pasted in a browser may have lost its last line end, which ssh wants, or have got line ends of Windows.
printf '%s\n' "$SSH_KEY" | tr -d '\r' >"$HOME/.ssh/id_publish"
printf '%s\n' "$SSH_KNOWN_HOSTS" | tr -d '\r' >>"$HOME/.ssh/known_hosts"
cat >"$HOME/.ssh/config" <<'EOF'
Host *
    IdentityFile ~/.ssh/id_publish
    IdentitiesOnly yes
    StrictHostKeyChecking yes
EOF
