// Generated from functions.ts. Do not edit it: run `lpipe-signatures src/functions.ts`
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
var check0 = validate10, schema11 = { type: "object", properties: { name: { type: "string" }, email: { format: "email", type: "string" }, tier: { type: "string", enum: ["free", "paid"] } }, required: ["name", "email"] }, func0 = Object.prototype.hasOwnProperty, formats0 = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;
function validate10(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null, errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.name === void 0 || !func0.call(data, "name")) {
      let err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "name" }, schema: schema11.required, parentSchema: schema11, data };
      vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
    }
    if (data.email === void 0 || !func0.call(data, "email")) {
      let err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "email" }, schema: schema11.required, parentSchema: schema11, data };
      vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
    }
    if (data.name !== void 0 && func0.call(data, "name")) {
      let data0 = data.name;
      if (typeof data0 != "string") {
        let err2 = { instancePath: instancePath + "/name", schemaPath: "#/properties/name/type", keyword: "type", params: { type: "string" }, schema: schema11.properties.name.type, parentSchema: schema11.properties.name, data: data0 };
        vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
      }
    }
    if (data.email !== void 0 && func0.call(data, "email")) {
      let data1 = data.email;
      if (typeof data1 == "string") {
        if (!formats0.test(data1)) {
          let err3 = { instancePath: instancePath + "/email", schemaPath: "#/properties/email/format", keyword: "format", params: { format: "email" }, schema: "email", parentSchema: schema11.properties.email, data: data1 };
          vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
        }
      } else {
        let err4 = { instancePath: instancePath + "/email", schemaPath: "#/properties/email/type", keyword: "type", params: { type: "string" }, schema: schema11.properties.email.type, parentSchema: schema11.properties.email, data: data1 };
        vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
      }
    }
    if (data.tier !== void 0 && func0.call(data, "tier")) {
      let data2 = data.tier;
      if (typeof data2 != "string") {
        let err5 = { instancePath: instancePath + "/tier", schemaPath: "#/properties/tier/type", keyword: "type", params: { type: "string" }, schema: schema11.properties.tier.type, parentSchema: schema11.properties.tier, data: data2 };
        vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
      }
      if (!(data2 === "free" || data2 === "paid")) {
        let err6 = { instancePath: instancePath + "/tier", schemaPath: "#/properties/tier/enum", keyword: "enum", params: { allowedValues: schema11.properties.tier.enum }, schema: schema11.properties.tier.enum, parentSchema: schema11.properties.tier, data: data2 };
        vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
      }
    }
  } else {
    let err7 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, schema: schema11.type, parentSchema: schema11, data };
    vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
  }
  return validate10.errors = vErrors, errors === 0;
}
var check1 = validate11, schema12 = { type: "object", properties: { to: { type: "object", properties: { city: { type: "string" }, zip: { type: "string" } }, required: ["city"] }, count: { type: "integer" }, fragile: { type: "boolean" } }, required: ["to", "count"] };
function validate11(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null, errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.to === void 0 || !func0.call(data, "to")) {
      let err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "to" }, schema: schema12.required, parentSchema: schema12, data };
      vErrors === null ? vErrors = [err0] : vErrors.push(err0), errors++;
    }
    if (data.count === void 0 || !func0.call(data, "count")) {
      let err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "count" }, schema: schema12.required, parentSchema: schema12, data };
      vErrors === null ? vErrors = [err1] : vErrors.push(err1), errors++;
    }
    if (data.to !== void 0 && func0.call(data, "to")) {
      let data0 = data.to;
      if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
        if (data0.city === void 0 || !func0.call(data0, "city")) {
          let err2 = { instancePath: instancePath + "/to", schemaPath: "#/properties/to/required", keyword: "required", params: { missingProperty: "city" }, schema: schema12.properties.to.required, parentSchema: schema12.properties.to, data: data0 };
          vErrors === null ? vErrors = [err2] : vErrors.push(err2), errors++;
        }
        if (data0.city !== void 0 && func0.call(data0, "city")) {
          let data1 = data0.city;
          if (typeof data1 != "string") {
            let err3 = { instancePath: instancePath + "/to/city", schemaPath: "#/properties/to/properties/city/type", keyword: "type", params: { type: "string" }, schema: schema12.properties.to.properties.city.type, parentSchema: schema12.properties.to.properties.city, data: data1 };
            vErrors === null ? vErrors = [err3] : vErrors.push(err3), errors++;
          }
        }
        if (data0.zip !== void 0 && func0.call(data0, "zip")) {
          let data2 = data0.zip;
          if (typeof data2 != "string") {
            let err4 = { instancePath: instancePath + "/to/zip", schemaPath: "#/properties/to/properties/zip/type", keyword: "type", params: { type: "string" }, schema: schema12.properties.to.properties.zip.type, parentSchema: schema12.properties.to.properties.zip, data: data2 };
            vErrors === null ? vErrors = [err4] : vErrors.push(err4), errors++;
          }
        }
      } else {
        let err5 = { instancePath: instancePath + "/to", schemaPath: "#/properties/to/type", keyword: "type", params: { type: "object" }, schema: schema12.properties.to.type, parentSchema: schema12.properties.to, data: data0 };
        vErrors === null ? vErrors = [err5] : vErrors.push(err5), errors++;
      }
    }
    if (data.count !== void 0 && func0.call(data, "count")) {
      let data3 = data.count;
      if (!(typeof data3 == "number" && !(data3 % 1) && !isNaN(data3) && isFinite(data3))) {
        let err6 = { instancePath: instancePath + "/count", schemaPath: "#/properties/count/type", keyword: "type", params: { type: "integer" }, schema: schema12.properties.count.type, parentSchema: schema12.properties.count, data: data3 };
        vErrors === null ? vErrors = [err6] : vErrors.push(err6), errors++;
      }
    }
    if (data.fragile !== void 0 && func0.call(data, "fragile")) {
      let data4 = data.fragile;
      if (typeof data4 != "boolean") {
        let err7 = { instancePath: instancePath + "/fragile", schemaPath: "#/properties/fragile/type", keyword: "type", params: { type: "boolean" }, schema: schema12.properties.fragile.type, parentSchema: schema12.properties.fragile, data: data4 };
        vErrors === null ? vErrors = [err7] : vErrors.push(err7), errors++;
      }
    }
  } else {
    let err8 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, schema: schema12.type, parentSchema: schema12, data };
    vErrors === null ? vErrors = [err8] : vErrors.push(err8), errors++;
  }
  return validate11.errors = vErrors, errors === 0;
}

const signed0: typeof source.subscribe & Signed<StandardSchema> =
  /* @__PURE__ */ fn(/* @__PURE__ */ fromAjv('@lpipe/signatures', check0, ["name", "email", "tier"]), source.subscribe)
export { signed0 as subscribe }

const signed1: typeof source.ship & Signed<StandardSchema> =
  /* @__PURE__ */ fn(/* @__PURE__ */ fromAjv('@lpipe/signatures', check1, ["to", "count", "fragile"]), source.ship)
export { signed1 as ship }