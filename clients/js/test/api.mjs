// The API as a script says it: answers in its order, the last one for ever.

export function scripted(...script) {
  const requests = [];
  const fetch = async (url, init) => {
    requests.push({ url, ...init });
    init.signal?.throwIfAborted();
    const answer = script.length > 1 ? script.shift() : script[0];
    if (answer instanceof Error) throw answer;
    return answer(url, init);
  };
  return { fetch, requests };
}

export const ok = (body = {}) => () => Response.json(body);

export const no = (status, code = "", headers = {}) => () =>
  Response.json({ error: "No.", code, requestId: "req_1" }, { status, headers });

export const down = () => new TypeError("fetch failed");
