/** The typed client of the desk's API: one function a route. `import * as api from "./api.ts"`. */

export { Refusal, whenSignedOut, lastAskedAt, knock, BASE } from "./api/call.ts";
export type { RefusalCode } from "./api/call.ts";
export * from "./api/sign_in.ts";
export * from "./api/cases.ts";
export * from "./api/people.ts";
export type * from "./api/shapes.ts";
