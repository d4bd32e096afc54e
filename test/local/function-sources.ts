/** Functions that do one thing each which a function may do, by their names. */
export const SOURCES: Readonly<Record<string, string>> = {
  echo: 'exports.handler = async (event, context) => ({ event, name: context.functionName });',
  environment: 'exports.handler = async () => ({ ...process.env });',
  count: 'let n = 0; exports.handler = async () => (n += 1);',
  fail: 'exports.handler = async () => { const e = new Error("why"); e.name = "CODE"; throw e; };',
  exit: 'exports.handler = async () => process.exit(7);',
  killed: 'exports.handler = async () => process.kill(process.pid, "SIGKILL");',
  idle: 'exports.handler = async () => null;',
  hang: 'exports.handler = () => new Promise(() => setInterval(() => {}, 1000));',
  memory:
    'exports.handler = async () => { const all = []; for (;;) all.push(new Array(1e6).fill({})); };',
  rejection:
    'exports.handler = async () => { Promise.reject(new Error("lost")); return new Promise(() => setInterval(() => {}, 1000)); };',
  broken: 'throw new Error("cannot load");',
  callback: 'exports.handler = (event, context, callback) => callback(null, event);',
  stuck: 'exports.handler = () => new Promise(() => {});',
  wait: 'exports.handler = async (event, context) => { const left = context.getRemainingTimeInMillis(); await new Promise((r) => setTimeout(r, event)); return left; };',
  say: 'exports.handler = async () => { console.log("said"); return null; };',
  pair: 'let free = true; exports.handler = async () => { const was = free; free = false; await new Promise((r) => setTimeout(r, 200)); free = true; return [process.pid, was]; };',
};
