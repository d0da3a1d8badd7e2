#!/usr/bin/env bash
# git 2.39.5: commands that only read a history may use the network, and write to the repository.
# In a clone made with --filter=blob:none, "git cat-file", "git diff" and "git show" fetch each blob that is missing from the remote
# that promised it, without a word, and keep it. GIT_OPTIONAL_LOCKS=0, which is meant for programs in the background, does not
# prevent that. GIT_ALLOW_PROTOCOL=none, which allows no protocol at all, does, and the command fails.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
git --version
git init --quiet origin
cd origin
git config uploadpack.allowFilter true
git config uploadpack.allowAnySHA1InWant true
echo old >file && git add file
git -c user.name=Ada -c user.email=ada@example.org commit --quiet -m one
old=$(git rev-parse HEAD:file)
echo new >file
git -c user.name=Ada -c user.email=ada@example.org commit --quiet -am two
cd ..
git clone --quiet --filter=blob:none "file://$work/origin" clone
cd clone
missing() { git rev-list --objects --all --missing=print | grep -c '^?' || true; }
{
	echo "missing: $(missing)"
	echo "no protocol: $(GIT_ALLOW_PROTOCOL=none git cat-file blob "$old" 2>/dev/null || echo fails)"
	echo "missing: $(missing)"
	echo "no optional locks: $(GIT_OPTIONAL_LOCKS=0 git cat-file blob "$old")"
	echo "missing: $(missing)"
} | tee ../seen
diff ../seen - <<'END'
missing: 1
no protocol: fails
missing: 1
no optional locks: old
missing: 0
END
