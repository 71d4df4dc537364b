// Checks force-app without an org: source-deploy-retrieve converts it to what is deployed, and every element of every converted
// file must be known to the Metadata API's schema, be of its type and be there when it is required.
import { createRequire } from "node:module";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ComponentSet, MetadataConverter } from "@salesforce/source-deploy-retrieve";

const require = createRequire(import.meta.url);
const { ApiSchemas } = require("@jsforce/jsforce-node/lib/api/metadata/schema.js");
const { XMLParser } = require("fast-xml-parser");
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false });
const problems = [];
// Enumerations are plain strings in that schema; these are the values the Metadata API Developer Guide lists for what is used here.
const ENUMS = {
  "CustomField.type": ["AutoNumber", "Number", "Text", "LongTextArea", "Html", "Url", "DateTime", "Picklist", "MultiselectPicklist", "Lookup"],
  "CustomField.deleteConstraint": ["SetNull", "Restrict", "Cascade"],
  "CustomField.formulaTreatBlanksAs": ["BlankAsBlank", "BlankAsZero"],
  "CustomObject.sharingModel": ["Private", "Read", "ReadWrite", "ControlledByParent"],
  "CustomObject.deploymentStatus": ["InDevelopment", "Deployed"],
  "LayoutSection.style": ["TwoColumnsTopToBottom", "TwoColumnsLeftToRight", "OneColumn", "CustomLinks"],
  "LayoutItem.behavior": ["Edit", "Required", "Readonly"],
  "PermissionSetTabSetting.visibility": ["Available", "None", "Visible"],
};

function propsOf(type) {
  const schema = ApiSchemas[type];
  return schema && { ...(schema.extends ? propsOf(schema.extends) : {}), ...schema.props };
}

function check(file, path, type, tree) {
  const props = propsOf(type);
  for (const [name, value] of Object.entries(tree)) {
    const declared = props[name];
    if (declared === undefined) {
      problems.push(`${file}: ${path}.${name} is no element of ${type}`);
      continue;
    }
    const kind = String(Array.isArray(declared) ? declared[0] : declared).replace("?", "");
    for (const one of Array.isArray(value) ? value : [value]) checkValue(file, `${path}.${name}`, `${type}.${name}`, kind, one);
  }
  for (const [name, declared] of Object.entries(props)) {
    const optional = Array.isArray(declared) || String(declared).startsWith("?");
    if (!optional && tree[name] === undefined && name !== "fullName") problems.push(`${file}: ${path} lacks ${name} of ${type}`);
  }
}

function checkValue(file, path, element, kind, value) {
  if (ApiSchemas[kind]) return check(file, path, kind, value);
  const allowed = ENUMS[element] ?? { boolean: ["true", "false"] }[kind];
  if (allowed && !allowed.includes(value)) problems.push(`${file}: ${path} is ${value}, not one of ${allowed}`);
  if (kind === "number" && Number.isNaN(Number(value))) problems.push(`${file}: ${path} is ${value}, not a number`);
}

const folder = mkdtempSync(join(tmpdir(), "force-app-"));
const components = ComponentSet.fromSource("force-app");
await new MetadataConverter().convert(components, "metadata", { type: "directory", outputDirectory: folder, genUniqueDir: false });
let files = 0;
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || entry.name === "package.xml") continue;
  const tree = parser.parse(readFileSync(join(entry.parentPath ?? entry.path, entry.name), "utf8"));
  const type = Object.keys(tree).find((name) => ApiSchemas[name]);
  if (type) check(entry.name, type, type, tree[type]);
  else problems.push(`${entry.name}: ${Object.keys(tree)} is no type of the Metadata API`);
  files += 1;
}
rmSync(folder, { recursive: true });
console.log(`${components.size} components in ${files} files to deploy, ${problems.length} problems`);
for (const problem of problems) console.error(problem);
process.exit(problems.length || !files ? 1 : 0);
