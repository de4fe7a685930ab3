import { describe, expect, test, vi } from "vitest";
import { Http, Refused, Unreachable } from "@/api/http";
import type { FakeTab } from "../fakes/browser";
import { Office } from "../fakes/people";

const PROBLEM = { status: 429, code: "slow-down", detail: "Wait a moment.", request: "4f6c" };

function answering(answer: (init: RequestInit) => Promise<Response>) {
  const office = new Office();
  const tab: FakeTab = office.browserOf(office.asha).openTab();
  const addresses: string[] = [];
  const bodies: unknown[] = [];
  tab.fetch = (address, init) => {
    addresses.push(address);
    bodies.push(init.body);
    return answer(init);
  };
  const signedOut = vi.fn();
  return { office, http: new Http(tab, signedOut), signedOut, addresses, bodies };
}

function problem(body: object, headers: Record<string, string> = {}): Promise<Response> {
  const init = { status: 429, headers: { "Content-Type": "application/problem+json", ...headers } };
  return Promise.resolve(new Response(JSON.stringify(body), init));
}

describe("A request", () => {
  test("goes to its path with its parameters", async () => {
    const { http, addresses } = answering(() => Promise.resolve(Response.json([])));
    await http.ask("get", "/rooms/{room}/messages", { path: { room: 7 }, query: { before: 3, limit: 50 } });
    await http.ask("get", "/profiles", { query: { ids: [1, 2] } });
    await http.ask("get", "/profiles", { query: { name: "Bela & Kovács" } });
    expect(addresses.map((address) => address.replace("https://chat.example.org/api/v1", ""))).toEqual([
      "/rooms/7/messages?before=3&limit=50",
      "/profiles?ids=1&ids=2",
      "/profiles?name=Bela+%26+Kov%C3%A1cs",
    ]);
  });

  test("carries its body as JSON, and gets the answer's", async () => {
    const { http, bodies } = answering(() => Promise.resolve(Response.json({ number: 3 })));
    const answer = await http.ask("patch", "/rooms/{room}/messages/{number}", {
      path: { room: 7, number: 3 },
      body: { text: "Hello" },
    });
    expect(bodies).toEqual(['{"text":"Hello"}']);
    expect(answer).toEqual({ number: 3 });
  });

  test("may have an answer without anything in it", async () => {
    const { http } = answering(() => Promise.resolve(new Response(null, { status: 204 })));
    await expect(http.ask("delete", "/session", {})).resolves.toBeUndefined();
  });

  test("is refused with what the server says, and when to come again", async () => {
    const { http, signedOut } = answering(() => problem(PROBLEM, { "Retry-After": "3" }));
    const refusal = http.ask("get", "/rooms", {});
    await expect(refusal).rejects.toBeInstanceOf(Refused);
    await expect(refusal).rejects.toMatchObject({ ...PROBLEM, retryAfter: 3 });
    expect(signedOut).not.toHaveBeenCalled();
  });

  test("says when nobody is signed in any more", async () => {
    const { http, signedOut } = answering(() => problem({ ...PROBLEM, status: 401, code: "not-signed-in" }));
    await expect(http.ask("get", "/rooms", {})).rejects.toMatchObject({
      code: "not-signed-in",
      retryAfter: null,
    });
    expect(signedOut).toHaveBeenCalledOnce();
  });

  test("does not take a wrong password for being signed out", async () => {
    const { http, signedOut } = answering(() =>
      problem({ ...PROBLEM, status: 401, code: "wrong-credentials" }),
    );
    const body = { email: "asha@example.org", password: "guess" };
    await expect(http.ask("post", "/session", { body })).rejects.toMatchObject({ code: "wrong-credentials" });
    expect(signedOut).not.toHaveBeenCalled();
  });

  test.each([
    ["nothing answers", () => Promise.reject(new TypeError("Failed to fetch"))],
    [
      "a proxy answers for the server",
      () => Promise.resolve(new Response("<h1>Bad gateway", { status: 502 })),
    ],
    ["a hotel's sign-in page answers", () => Promise.resolve(new Response("<h1>Welcome to our network"))],
  ])("has an unknown outcome when %s", async (_, answer) => {
    const { http } = answering(answer);
    await expect(http.ask("get", "/rooms", {})).rejects.toBeInstanceOf(Unreachable);
  });

  test("is given up after fifteen seconds", async () => {
    const { office, http } = answering(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal?.addEventListener("abort", () => {
            reject(new DOMException("Aborted", "AbortError"));
          });
        }),
    );
    const refusal = expect(http.ask("get", "/rooms", {})).rejects.toBeInstanceOf(Unreachable);
    await office.pass(14_999);
    expect(office.clock.next).toBe(1);
    await office.pass(1);
    await refusal;
    expect(office.clock.next).toBeNull();
  });
});
