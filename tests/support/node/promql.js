// Reads queries with Prometheus' own grammar for editors: a JSON string a line in, a tree a line out.
// A node is [name, start, end, ...parts], with offsets in UTF-16 units; one named "⚠" is an error.
import { createInterface } from "node:readline";
import { parser } from "@prometheus-io/lezer-promql";

function tree(text) {
  const open = [[]];
  parser.parse(text).iterate({
    enter: (node) => void open.push([node.name, node.from, node.to]),
    leave: () => {
      const node = open.pop();
      open.at(-1).push(node);
    },
  });
  return open[0][0];
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(tree(JSON.parse(line))) + "\n");
}
