/** The catalogue: every sentence and label that people see or hear. Names of people and rooms are put in as they are. */

/** The language of the catalogue; dates and numbers follow it. */
export const locale = "en-GB";

const numberFormat = new Intl.NumberFormat(locale);
const plural = new Intl.PluralRules(locale);
const listFormat = new Intl.ListFormat(locale);

/** "1 message", "2 messages" */
function counted(count: number, one: string, other: string): string {
  return `${numberFormat.format(count)} ${plural.select(count) === "one" ? one : other}`;
}

/** A person by name; null: the reader. */
export type Somebody = string | null;

const MOST_NAMED = 5;

/** "Bela Kovács, you and 3 others" */
function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return listFormat.format(
    more > 1 ? [...names.slice(0, MOST_NAMED), counted(more, "other", "others")] : names,
  );
}

export const words = {
  product: "Deskchat",
  title: (page: string, place: string) => `${page} · ${place}`,
  close: "Close",
  cancel: "Cancel",
  tryAgain: "Try again",
  reference: (request: string) => `Reference ${request}`,

  keys: { up: "↑", down: "↓", enter: "Enter", escape: "Esc", search: "Ctrl K" },

  dates: {
    today: "Today",
    yesterday: "Yesterday",
  },

  gate: {
    email: "Email",
    password: "Password",
    name: "Your name",
    organisation: "Organisation",
    passwordHint: "At least 10 characters. A short sentence works well.",
    footer: "Runs on your organisation’s own server. Nothing leaves it.",
  },
  signIn: {
    heading: "Sign in",
    act: "Sign in",
    forgot: "Forgot your password? Ask an owner of your organisation for a reset link.",
    ended: "You were signed out here. Sign in to go on.",
    passwordSet: "Your new password is set. Sign in with it.",
  },
  setUp: {
    heading: "Set up Deskchat",
    intro: "You are the first one here. This account can invite the others.",
    organisationHint: "Shown to everybody at the top of the desk.",
    act: "Set up",
  },
  invitation: {
    heading: (organisation: string) => `Join ${organisation}`,
    intro: (email: string) => `You sign in as ${email}.`,
    act: "Join",
  },
  reset: {
    heading: "Set a new password",
    intro: (email: string) => `For ${email}. You are signed out on every device.`,
    password: "New password",
    act: "Set password",
  },
  link: {
    looking: "Looking at the link",
    failedHeading: "This link cannot be used",
    notWhole: "This address is not whole. Open the link once more as it was given to you.",
    toSignIn: "Go to sign-in",
  },
  start: {
    connecting: "Connecting",
    unreachable: "The server does not answer",
    unreachableHelp: "Nothing is lost. It is asked again by itself until it answers.",
  },

  desk: {
    home: (organisation: string) => `${organisation}, desk home`,
    navigation: "Desk",
    explore: "Explore",
    search: "Search",
    searchPlaceholder: "Search or go to",
    chat: "Chat",
    chatUnread: (unread: string) => `Chat, ${unread} unread`,
    userMenu: "User menu",
    account: "Devices and password",
    people: "People",
    signOut: "Sign out",
    signOutFailed: "You are still signed in here.",
    skipToContent: "Skip to the page",
  },
  explore: {
    heading: "Explore",
    tools: "Tools",
    chat: "Chat",
    chatHint: "Talk with people and groups",
    administration: "Administration",
    people: "People",
    peopleHint: "Invite, reset passwords, deactivate",
  },
  missing: {
    heading: "There is nothing here",
    help: "The address may be mistyped, or the page has moved.",
    act: "Go to Explore",
  },
  offline: {
    fact: "You are offline.",
    help: "What you send is kept and goes out when the connection is back.",
    waiting: (count: number) => `${counted(count, "message waits", "messages wait")} to be sent.`,
  },

  find: {
    people: "People",
    chats: "Chats",
    messages: "Messages",
    results: "Results",
    nothing: (typed: string) => `Nothing found for “${typed}”`,
    nothingHelp: "Looked at people, chats and the messages in your chats.",
    failed: "The search did not answer",
    failedHelp: "Chats found on this device are shown.",
    moreMessages: "Show more messages",
    choose: "choose",
    open: "open",
    leave: "close",
    inRoom: (room: string) => `in ${room}`,
    to: (person: string) => `to ${person}`,
    found: (count: number) => counted(count, "result", "results"),
    members: (count: number) => counted(count, "member", "members"),
  },

  chat: {
    heading: "Chat",
    search: "Search people and chats",
    new: "New",
    conversations: "Conversations",
    /** A badge's: more than fits is as good as much. */
    count: (count: number) => (count > 99 ? "99+" : String(count)),
    unread: (name: string, unread: string) => `${name}, ${unread} unread`,
    you: "You",
    draft: "Draft:",
    by: (name: string) => `${name}:`,
    unknown: "Somebody",
    deleted: "Message deleted",
    sent: "sent",
    sending: "sending",
    failed: "not sent",
    empty: "No conversations yet",
    emptyHelp: "Write to one person, or make a group for a topic you share.",
    emptyAct: "New chat",
    noMessages: "No messages yet",
    loading: "Loading conversations",
    listFailed: "The list did not load",
    listFailedHelp: "The server does not answer. Your chats are safe; this is only the view.",
    startFailed: "The chat could not be opened.",
  },

  newChat: {
    heading: "New chat",
    type: "Chat type",
    direct: "Direct Chat",
    group: "Group",
    user: "User",
    users: "Users",
    groupName: "Group name",
    placeholder: "Type a name",
    people: "People",
    remove: (name: string) => `Remove ${name}`,
    chosen: (name: string) => `${name} chosen`,
    removed: (name: string) => `${name} removed`,
    nobody: (typed: string) => `Nobody called “${typed}”`,
    nobodyElse: "Nobody else is here yet",
    searchFailed: "People could not be looked up. Check the connection and type again.",
    directHint: "If you two have a chat, it opens.",
    groupHint: (others: number) =>
      others ? `You and ${counted(others, "other", "others")}` : "You can add people later.",
    act: "Create",
    needUser: "Choose somebody from the list.",
    needName: "Give the group a name.",
  },

  room: {
    back: "Back to conversations",
    log: "Messages",
    members: (count: number) => counted(count, "member", "members"),
    deactivated: "deactivated",
    articleBy: (author: string, time: string) => `${author}, ${time}`,
    newMessages: "New messages",
    newest: "Newest",
    newestUnread: (count: number) => `Newest, ${count} unread`,
    loading: "Loading messages",
    loadingEarlier: "Loading earlier messages",
    earlierFailed: "Earlier messages did not load.",
    laterFailed: "Newer messages did not load.",
    failed: "The messages did not load",
    failedHelp: "The server does not answer. Everything is safe there; this is only the view.",
    gone: "This chat is not here",
    goneHelp: "You are no longer in it, or it does not exist.",
    emptyDirect: (name: string) => `Say hello to ${name}`,
    emptyDirectHelp: "Only the two of you can read this chat.",
    emptyGroup: "Nothing written yet",
    emptyGroupHelp: (count: number) => `${counted(count, "member", "members")} can read this chat.`,
  },

  lines: {
    created: (by: Somebody) => `${by ?? "You"} created the group`,
    added: (by: Somebody, whom: readonly Somebody[]) =>
      `${by ?? "You"} added ${listed(whom.map((name) => name ?? "you"))}`,
    removed: (by: Somebody, whom: Somebody) => `${by ?? "You"} removed ${whom ?? "you"}`,
    left: (who: Somebody) => `${who ?? "You"} left`,
    madeOwner: (by: Somebody, whom: Somebody) => `${by ?? "You"} made ${whom ?? "you"} an owner`,
    madeMember: (by: Somebody, whom: Somebody) => `${by ?? "You"} made ${whom ?? "you"} a member`,
    steppedDown: (who: Somebody) => `${who ?? "You"} stepped down as an owner`,
    renamed: (by: Somebody, name: string) => `${by ?? "You"} renamed the group to “${name}”`,
  },

  details: {
    heading: "Details",
    show: "Details",
    back: "Back to the messages",
    directHelp: "Only the two of you can read this chat.",
    membersHeading: (count: number) => counted(count, "member", "members"),
    members: "Members",
    you: (owner: boolean) => (owner ? "You, owner" : "You"),
    owner: "Owner",
    deactivated: "Deactivated",
    deactivatedOwner: "Owner, deactivated",
    showAll: (count: number) => `Show all ${numberFormat.format(count)}`,
    actions: "Member actions",
    actionsFor: (name: string) => `Actions for ${name}`,
    startChat: "Start chat",
    makeOwner: "Make owner",
    makeMember: "Make member",
    remove: "Remove",
    add: "Add people",
    rename: "Rename",
    leave: "Leave the group",
    loading: "Loading members",
    failed: "The members did not load",
    addHeading: (room: string) => `Add people to ${room}`,
    addHint: "They can read everything that was written before.",
    addAct: "Add",
    needPeople: "Choose somebody from the list.",
    renameHeading: "Rename the group",
    renameAct: "Rename",
    removeHeading: (name: string) => `Remove ${name}?`,
    removeHelp: (room: string) =>
      `They no longer see ${room}. What they wrote stays. You can add them again.`,
    leaveHeading: (room: string) => `Leave ${room}?`,
    leaveHelp: "You no longer see its messages. What you wrote stays. An owner can add you again.",
    leaveLast: "You are the last one here. Nobody can read or open this group afterwards.",
    leaveAct: "Leave",
    handOverHelp:
      "You are its only owner. Choose who owns it after you: somebody has to add and remove people.",
    handOver: "New owner",
    handOverAct: "Hand over and leave",
  },

  message: {
    actions: "Message actions",
    edit: "Edit",
    copy: "Copy text",
    delete: "Delete",
    copied: "Text copied",
    edited: "edited",
    showRevisions: "edited, show earlier texts",
    deleted: "Message deleted",
    notSent: "Not sent.",
    notSentBecause: (why: string) => `Not sent: ${why}`,
    tryAgain: "Try again",
    discard: "Delete",
    deleteHeading: "Delete this message?",
    deleteHelp: "Its text and its earlier texts are erased for everybody. That it was there stays visible.",
    deleteAct: "Delete",
  },

  revisions: {
    heading: "Earlier texts",
    now: "Now",
    until: (time: string) => `Until ${time}`,
    loading: "Loading earlier texts",
    none: "There are no earlier texts any more.",
  },

  composer: {
    label: "Write a message",
    message: "Message",
    placeholder: (name: string) => `Message ${name}`,
    send: "Send",
    editing: "Editing your message",
    save: "Save",
    cancelEdit: "Cancel editing",
    left: (count: number) => `${counted(count, "character", "characters")} left`,
    over: (count: number) => `${counted(count, "character", "characters")} too many`,
  },

  notices: {
    region: "Notifications",
    inRoom: (room: string) => `in ${room}`,
    dismiss: "Dismiss",
    summary: (messages: number) => `${counted(messages, "new message", "new messages")} while you were away`,
    summaryRooms: (names: readonly string[], more: number) =>
      listFormat.format(more ? [...names, counted(more, "other", "others")] : names),
    announce: (author: string, text: string) => `${author}: ${text}`,
    announceIn: (author: string, room: string, text: string) => `${author} in ${room}: ${text}`,
  },

  account: {
    heading: "Devices and password",
    password: "Password",
    passwordHelp: "Changing it signs you out on every other device.",
    current: "Current password",
    next: "New password",
    change: "Change password",
    changed: "Your password is changed. Other devices are signed out.",
    wrongCurrent: "The current password is not right.",
    devices: "Devices",
    devicesHelp: "Where you are signed in.",
    thisDevice: "This device",
    lastSeen: (time: string) => `Last used ${time}`,
    since: (time: string) => `signed in ${time}`,
    unknownDevice: "Unknown device",
    device: (browser: string, system: string) => `${browser} on ${system}`,
    end: "Sign out",
    endDevice: (device: string) => `Sign out ${device}`,
    ended: "The device is signed out.",
    failed: "The devices did not load",
  },

  people: {
    heading: "People",
    invite: "Invite",
    inviteHeading: "Invite somebody",
    inviteHelp: "You get a link to hand over. It works once, for 7 days.",
    email: "Email",
    role: "Role",
    roles: { member: "Member", owner: "Owner" },
    ownerHint: "Owners can invite, reset and deactivate.",
    makeLink: "Make the link",
    linkHeading: (email: string) => `Link for ${email}`,
    link: "Link",
    linkHelp: "It is shown this once. Give it to nobody else.",
    copy: "Copy",
    copied: "Copied",
    copyFailed: "It could not be copied. Select the link and copy it by hand.",
    done: "Done",
    table: "People",
    name: "Name",
    state: "State",
    since: "Here since",
    actions: "Actions",
    active: "Active",
    deactivated: "Deactivated",
    you: "You",
    reset: "Reset link",
    resetFor: (name: string) => `Reset link for ${name}`,
    deactivate: "Deactivate",
    deactivatePerson: (name: string) => `Deactivate ${name}`,
    deactivateHeading: (name: string) => `Deactivate ${name}?`,
    deactivateHelp:
      "They are signed out everywhere and cannot sign in. What they wrote stays. You can reactivate them.",
    reactivate: "Reactivate",
    reactivatePerson: (name: string) => `Reactivate ${name}`,
    invitations: "Open invitations",
    noInvitations: "Nobody is invited at the moment.",
    expires: "Expires",
    withdraw: "Withdraw",
    withdrawFor: (email: string) => `Withdraw the invitation of ${email}`,
    loading: "Loading people",
    failed: "The people did not load",
    count: (active: number) => `${numberFormat.format(active)} active`,
    forOwners: "This page is for owners",
    forOwnersHelp: "Ask an owner of your organisation if somebody is to be invited or deactivated.",
  },

  problems: {
    unreachable: "The server does not answer. Check the connection and try again.",
    byCode: {
      "wrong-credentials": "Email and password do not match. Check both and try again.",
      "slow-down": "That was too much at once. Wait a moment and try again.",
      "no-such-link": "This link has been used, withdrawn or is too old. Ask for a new one.",
    } as Readonly<Record<string, string>>,
  },
};
