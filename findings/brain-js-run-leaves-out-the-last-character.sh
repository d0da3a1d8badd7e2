#!/usr/bin/env bash
# npm package brain.js 1.6.1, the latest release: a recurrent network that has learned "abcabcabc." and "xyzxyzxyz." should go on from the
# text that `run` is given, "a" with "b" and "x" with "y". But `run` never reads the last character of that text. In its place the network
# reads what it has guessed itself from the characters before it, and leaves that guess out of its answer. So texts that differ
# in their last character only are continued alike, "a" and "x" and "z" among them, as the loop takes the character before from the
# text only as long as the present one stands there, too. RNN, GRU and LSTM share it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts brain.js@1.6.1

cat > show.cjs << 'EOF'
const assert = require("node:assert/strict");
const { recurrent } = require("brain.js");

// The same weights to begin with in every run.
let state = 1;
Math.random = () => {
	state = (state * 16807) % 2147483647;
	return (state - 1) / 2147483646;
};

for (const cell of ["RNN", "GRU", "LSTM"]) {
	const network = new recurrent[cell]({ hiddenLayers: [16] });
	network.train(["abcabcabc.", "xyzxyzxyz."], { iterations: 600, errorThresh: 0.0001 });
	for (const before of ["", "ab", "xyz"]) {
		const answers = [..."axz"].map((last) => network.run(before + last));
		console.log(`${cell}: after ${[..."axz"].map((last) => before + last).join(", ")}: ${answers.join(", ")}`);
		assert.equal(new Set(answers).size, 1);
	}
	// All characters but the last are read: these two have learned different ends.
	const [one, other] = [network.run("ab."), network.run("xy.")];
	console.log(`${cell}: after ab., xy.: ${one}, ${other}`);
	assert.notEqual(one, other);
}
EOF
node show.cjs
