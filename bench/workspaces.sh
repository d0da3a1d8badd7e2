#!/usr/bin/env bash
# Lays out six workspaces of different kinds under a folder (default: beside this file), one folder each, from published
# packages of fixed versions or of the Debian release at hand. Needs npm, apt-get, dpkg-deb. What is there already is kept.
set -euo pipefail
mkdir -p "${1:-$(dirname "$0")/workspaces}"
target=$(cd "${1:-$(dirname "$0")/workspaces}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# place NAME FOLDER: takes the unpacked folder over; a workspace is there as a whole or not at all.
place() {
	rm -rf "$target/.$1"
	cp -r "$2" "$target/.$1"
	mv "$target/.$1" "$target/$1"
	rm -rf "${work:?}"/*
}

npm_package() { # NAME PACKAGE@VERSION FOLDER
	if [ -d "$target/$1" ]; then return; fi
	npm pack --silent "$2" >/dev/null
	tar xzf ./*.tgz
	place "$1" "package/$3"
}

debian_package() { # NAME PACKAGE FOLDER
	if [ -d "$target/$1" ]; then return; fi
	apt-get download -qq "$2"
	dpkg-deb -x ./*.deb files
	local folders=(files/$3)
	place "$1" "${folders[0]}"
}

if [ -z "$(apt-cache search --names-only '^perl-doc$')" ]; then apt-get update -qq; fi

npm_package rxjs rxjs@7.8.2 src      # TypeScript
npm_package fastify fastify@5.6.1 .  # JavaScript, Markdown
debian_package sphinx python3-sphinx usr/lib/python3/dist-packages/sphinx                        # Python
debian_package cobra golang-github-spf13-cobra-dev usr/share/gocode/src/github.com/spf13/cobra   # Go, small
debian_package hyper librust-hyper-dev 'usr/share/cargo/registry/hyper-*'                        # Rust
debian_package perldoc perl-doc 'usr/share/perl/5.*/pod'                                         # English prose
# A quarter of the manual is as much as the others have.
find "$target/perldoc" -type f ! -name 'perl[a-d]*.pod' -delete
