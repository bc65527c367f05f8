// Generated from functions.ts. Do not edit it: run `lpipe-signatures src/signed/functions.ts`
// @ts-nocheck: what ajv writes has no types. What is exported has: the source's own
/* eslint-disable */
// biome-ignore-all format: generated
// biome-ignore-all lint: generated
// biome-ignore-all assist: generated
import { fn, type Signed, type StandardSchema } from '@lpipe/core'
import { fromAjv } from '@lpipe/core/ajv'
import * as source from './functions.ts'

export * from './functions.ts'

// Validators, made by ajv with parts of ajv and ajv-formats (MIT, Evgeny Poberezkin).
var check0 = validate10, schema11 = { type: "object", properties: { id: { type: "number" }, name: { type: "string" } }, required: ["id", "name"] }, func0 = Object.prototype.hasOwnProperty;
function validate10(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null, errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.id === void 0 || !func0.call(data, "id")) {
      let err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "id" }, schema: schema11.required, parentSchema: schema11, data };
      vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
    }
    if (data.name === void 0 || !func0.call(data, "name")) {
      let err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "name" }, schema: schema11.required, parentSchema: schema11, data };
      vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
    }
    if (data.id !== void 0 && func0.call(data, "id")) {
      let data0 = data.id;
      if (!(typeof data0 == "number" && isFinite(data0))) {
        let err2 = { instancePath: instancePath + "/id", schemaPath: "#/properties/id/type", keyword: "type", params: { type: "number" }, schema: schema11.properties.id.type, parentSchema: schema11.properties.id, data: data0 };
        vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
      }
    }
    if (data.name !== void 0 && func0.call(data, "name")) {
      let data1 = data.name;
      if (typeof data1 != "string") {
        let err3 = { instancePath: instancePath + "/name", schemaPath: "#/properties/name/type", keyword: "type", params: { type: "string" }, schema: schema11.properties.name.type, parentSchema: schema11.properties.name, data: data1 };
        vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
      }
    }
  } else {
    let err4 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, schema: schema11.type, parentSchema: schema11, data };
    vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
  }
  return validate10.errors = vErrors, errors === 0;
}

const signed0: typeof source.job & Signed<StandardSchema> =
  /* @__PURE__ */ fn(/* @__PURE__ */ fromAjv('@lpipe/signatures', check0, ["id", "name"]), source.job)
export { signed0 as job }