import { beforeEach, expect, test } from "vitest";
import { Unreachable, type OpenRoom } from "@/state/shapes";
import { settled } from "../fakes/clock";
import { Office, type Seat } from "../fakes/people";

let office: Office;
let room: number;
let asha: Seat;

beforeEach(async () => {
  office = new Office();
  room = office.workspace.addRoom("group", "Purchasing", [office.asha, office.bela]);
  asha = await office.arrive(office.asha);
});

async function hire(count: number): Promise<number[]> {
  const ids = Array.from({ length: count }, (_, at) => office.server.addUser(`Person ${1000 + at}`).id);
  for (const id of ids) office.workspace.join(room, id);
  await settled();
  return ids;
}

function namesOf(opened: OpenRoom): string[] {
  return opened.members.value?.listed.map(({ profile }) => profile.name) ?? [];
}

function countRequests(): number {
  return office.server.requests.filter((request) => request === `GET /rooms/${room}/members`).length;
}

test("Members of a small room are known while it is open, asked for once", async () => {
  const opened = await asha.open(room);
  await opened.loadMembers();
  expect(namesOf(opened)).toEqual(["Asha Rao", "Bela Kovács"]);
  expect(opened.members.value?.more).toBe(false);
  expect(countRequests()).toBe(1);
});

test("Members of a large room are listed when somebody looks at them, a page at a time", async () => {
  await hire(240);
  const opened = await asha.open(room);
  expect(opened.members.value).toBeNull();
  await opened.loadMembers();
  expect(namesOf(opened)).toHaveLength(50);
  await opened.loadMoreMembers();
  expect(namesOf(opened)).toHaveLength(150);
  expect(opened.members.value?.more).toBe(true);
  await opened.loadMoreMembers();
  expect(namesOf(opened)).toHaveLength(242);
  expect(new Set(namesOf(opened)).size).toBe(242);
  expect(opened.members.value?.more).toBe(false);
  expect(countRequests()).toBe(3);
});

test("Who comes, goes or owns it is seen in as many pages as are shown", async () => {
  const hired = await hire(240);
  const opened = await asha.open(room);
  await opened.loadMembers();
  await opened.loadMoreMembers();
  office.workspace.leave(room, office.bela.id);
  office.workspace.join(room, office.chidi.id);
  office.workspace.setRole(room, office.asha.id, hired[0] ?? 0, "owner");
  await settled();
  expect(namesOf(opened).slice(0, 3)).toEqual(["Asha Rao", "Chidi Okafor", "Person 1000"]);
  expect(opened.members.value?.listed[2]?.role).toBe("owner");
  expect(namesOf(opened)).toHaveLength(150);
});

test("Many who come at once are asked for twice at most", async () => {
  const opened = await asha.open(room);
  const before = countRequests();
  void hire(30);
  await settled();
  expect(namesOf(opened)).toHaveLength(32);
  expect(countRequests() - before).toBeLessThanOrEqual(3);
});

test("Members that could not be listed can be asked for again", async () => {
  await hire(60);
  const opened = await asha.open(room);
  office.server.state = "down";
  await expect(opened.loadMembers()).rejects.toThrow(Unreachable);
  office.server.comeUp();
  await opened.loadMembers();
  expect(namesOf(opened)).toHaveLength(50);
});

test("What was missed while away is listed on coming back", async () => {
  const opened = await asha.open(room);
  office.server.goDown();
  office.workspace.join(room, office.chidi.id);
  office.server.comeUp();
  await office.pass(60_000);
  expect(namesOf(opened)).toEqual(["Asha Rao", "Bela Kovács", "Chidi Okafor"]);
});
