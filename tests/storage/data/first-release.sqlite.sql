CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES ('0002');
CREATE TABLE organisation (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	epoch VARCHAR(32) NOT NULL, 
	secret VARCHAR(64) NOT NULL, 
	normaliser_version INTEGER NOT NULL, 
	idle_days INTEGER NOT NULL, 
	CONSTRAINT pk_organisation PRIMARY KEY (id), 
	CONSTRAINT ck_organisation_only_one CHECK (id = 1)
);
INSERT INTO "organisation" VALUES (1, 'Halden Pumps 🏭', 'fe2077718f044f0b933a1e63eb89d03b', 'bedb706c4422fa72236b1968581736ae37d9ca86feab13be46ebc1f19b343186', 1, 30);
CREATE TABLE user (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	folded_name TEXT NOT NULL, 
	email TEXT NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	active BOOLEAN NOT NULL, 
	password_hash TEXT NOT NULL, 
	preferences TEXT NOT NULL, 
	changes BIGINT NOT NULL, 
	created BIGINT NOT NULL, 
	last_seen BIGINT, 
	CONSTRAINT pk_user PRIMARY KEY (id), 
	CONSTRAINT ck_user_role CHECK (role IN ('owner', 'member')), 
	CONSTRAINT uq_user_email UNIQUE (email)
);
INSERT INTO "user" VALUES (2291874185919346, 'Emre Yıldız', 'emre yildiz', 'emre@example.com', 'member', 0, '$argon2id$v=19$m=8,t=1,p=1$98Ej6clf6m7v9szKqwIPXA$4DMflSE0lDLgOfB/GtEAqPlgB4c0iI0SdT/SJHI927M', '{}', 4, 1795000001000, NULL);
INSERT INTO "user" VALUES (2828094730187544, 'Asha Rao', 'asha rao', 'asha@example.com', 'owner', 1, '$argon2id$v=19$m=8,t=1,p=1$98Ej6clf6m7v9szKqwIPXA$4DMflSE0lDLgOfB/GtEAqPlgB4c0iI0SdT/SJHI927M', '{}', 12, 1795000001000, 1795000002000);
INSERT INTO "user" VALUES (3561916271462240, 'Mallory', 'mallory', 'mallory@example.com', 'member', 1, '$argon2id$v=19$m=8,t=1,p=1$98Ej6clf6m7v9szKqwIPXA$4DMflSE0lDLgOfB/GtEAqPlgB4c0iI0SdT/SJHI927M', '{}', 0, 1795000001000, NULL);
INSERT INTO "user" VALUES (4665717657247484, 'Chidi Ọkáfọ̀', 'chidi okafo', 'chidi@example.com', 'owner', 1, '$argon2id$v=19$m=8,t=1,p=1$98Ej6clf6m7v9szKqwIPXA$4DMflSE0lDLgOfB/GtEAqPlgB4c0iI0SdT/SJHI927M', '{}', 4, 1795000001000, NULL);
INSERT INTO "user" VALUES (6527010282050946, 'Dana Lindqvist', 'dana lindqvist', 'dana@example.com', 'member', 1, '$argon2id$v=19$m=8,t=1,p=1$98Ej6clf6m7v9szKqwIPXA$4DMflSE0lDLgOfB/GtEAqPlgB4c0iI0SdT/SJHI927M', '{}', 5, 1795000001000, NULL);
INSERT INTO "user" VALUES (7140096061260267, 'Bela Kovács', 'bela kovacs', 'bela@example.com', 'member', 1, '$argon2id$v=19$m=8,t=1,p=1$98Ej6clf6m7v9szKqwIPXA$4DMflSE0lDLgOfB/GtEAqPlgB4c0iI0SdT/SJHI927M', '{"theme":"dark","contrast":"more","density":"compact","language":"de"}', 14, 1795000001000, NULL);
CREATE TABLE link (
	id INTEGER NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	email TEXT NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	user_id INTEGER, 
	created BIGINT NOT NULL, 
	expires BIGINT NOT NULL, 
	CONSTRAINT pk_link PRIMARY KEY (id), 
	CONSTRAINT ck_link_kind CHECK (kind IN ('set-up', 'invitation', 'reset')), 
	CONSTRAINT fk_link_user_id FOREIGN KEY(user_id) REFERENCES user (id), 
	CONSTRAINT uq_link_token_hash UNIQUE (token_hash)
);
INSERT INTO "link" VALUES (7096933355417606, '38edbcc151b216b1030389f3bc470fd7f313c26cbbd9d1813440e05658176cf5', 'invitation', 'fay@example.com', 'member', NULL, 1795000002000, 1795604802000);
INSERT INTO "link" VALUES (7866485005624222, '3525f33bfcbe30ee0647180a7d9a925b23258de690f686e29038df9429f7650b', 'reset', 'bela@example.com', 'member', 7140096061260267, 1795000002000, 1795086402000);
CREATE TABLE name_word (
	word TEXT NOT NULL, 
	user_id INTEGER NOT NULL, 
	CONSTRAINT pk_name_word PRIMARY KEY (word, user_id), 
	CONSTRAINT fk_name_word_user_id FOREIGN KEY(user_id) REFERENCES user (id)
)
 WITHOUT ROWID

;
INSERT INTO "name_word" VALUES ('emre', 2291874185919346);
INSERT INTO "name_word" VALUES ('yildiz', 2291874185919346);
INSERT INTO "name_word" VALUES ('asha', 2828094730187544);
INSERT INTO "name_word" VALUES ('rao', 2828094730187544);
INSERT INTO "name_word" VALUES ('mallory', 3561916271462240);
INSERT INTO "name_word" VALUES ('chidi', 4665717657247484);
INSERT INTO "name_word" VALUES ('okafo', 4665717657247484);
INSERT INTO "name_word" VALUES ('dana', 6527010282050946);
INSERT INTO "name_word" VALUES ('lindqvist', 6527010282050946);
INSERT INTO "name_word" VALUES ('bela', 7140096061260267);
INSERT INTO "name_word" VALUES ('kovacs', 7140096061260267);
CREATE TABLE room (
	id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	name TEXT, 
	pair_key VARCHAR(40), 
	creator_id INTEGER NOT NULL, 
	"key" VARCHAR(64), 
	members INTEGER NOT NULL, 
	last_number BIGINT NOT NULL, 
	last_seq BIGINT NOT NULL, 
	created BIGINT NOT NULL, 
	CONSTRAINT pk_room PRIMARY KEY (id), 
	CONSTRAINT ck_room_kind CHECK ((kind = 'direct' AND pair_key IS NOT NULL) OR (kind = 'group' AND name IS NOT NULL)), 
	CONSTRAINT fk_room_creator_id FOREIGN KEY(creator_id) REFERENCES user (id), 
	CONSTRAINT uq_room_creator_id_key UNIQUE (creator_id, "key"), 
	CONSTRAINT uq_room_pair_key UNIQUE (pair_key)
);
INSERT INTO "room" VALUES (6034135599857245, 'direct', NULL, '2828094730187544:7140096061260267', 2828094730187544, NULL, 2, 12, 14, 1795000001000);
INSERT INTO "room" VALUES (7264300017949689, 'group', 'Launch 🚀', NULL, 2828094730187544, 'launch', 4, 13, 24, 1795000001000);
INSERT INTO "room" VALUES (7823737454107679, 'group', 'Nobody has written here', NULL, 7140096061260267, 'empty', 2, 0, 2, 1795000002000);
CREATE TABLE session (
	id INTEGER NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	user_id INTEGER NOT NULL, 
	device TEXT NOT NULL, 
	created BIGINT NOT NULL, 
	last_seen BIGINT NOT NULL, 
	CONSTRAINT pk_session PRIMARY KEY (id), 
	CONSTRAINT fk_session_user_id FOREIGN KEY(user_id) REFERENCES user (id), 
	CONSTRAINT uq_session_token_hash UNIQUE (token_hash)
);
INSERT INTO "session" VALUES (8367163549960869, 'a47088027012469aa0ec35bcd50025cc33f7333eedb5cc80693bf5f0af89e7a6', 2828094730187544, 'Firefox on Linux', 1795000002000, 1795000002000);
CREATE TABLE event (
	room_id INTEGER NOT NULL, 
	seq BIGINT NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	number BIGINT NOT NULL, 
	user_id INTEGER, 
	by_id INTEGER, 
	name TEXT, 
	created BIGINT NOT NULL, 
	CONSTRAINT pk_event PRIMARY KEY (room_id, seq), 
	CONSTRAINT fk_event_by_id FOREIGN KEY(by_id) REFERENCES user (id), 
	CONSTRAINT fk_event_room_id FOREIGN KEY(room_id) REFERENCES room (id), 
	CONSTRAINT fk_event_user_id FOREIGN KEY(user_id) REFERENCES user (id)
)
 WITHOUT ROWID

;
INSERT INTO "event" VALUES (6034135599857245, 1, 'member.joined', 0, 2828094730187544, 2828094730187544, NULL, 1795000001000);
INSERT INTO "event" VALUES (6034135599857245, 2, 'member.joined', 0, 7140096061260267, 2828094730187544, NULL, 1795000001000);
INSERT INTO "event" VALUES (6034135599857245, 3, 'message.posted', 1, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (6034135599857245, 4, 'message.posted', 2, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (6034135599857245, 5, 'message.posted', 3, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (6034135599857245, 6, 'message.posted', 4, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (6034135599857245, 7, 'message.posted', 5, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (6034135599857245, 8, 'message.posted', 6, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (6034135599857245, 9, 'message.posted', 7, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (6034135599857245, 10, 'message.posted', 8, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (6034135599857245, 11, 'message.posted', 9, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (6034135599857245, 12, 'message.posted', 10, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (6034135599857245, 13, 'message.posted', 11, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (6034135599857245, 14, 'message.posted', 12, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 1, 'member.joined', 0, 2828094730187544, 2828094730187544, NULL, 1795000001000);
INSERT INTO "event" VALUES (7264300017949689, 2, 'member.joined', 0, 2291874185919346, 2828094730187544, NULL, 1795000001000);
INSERT INTO "event" VALUES (7264300017949689, 3, 'member.joined', 0, 4665717657247484, 2828094730187544, NULL, 1795000001000);
INSERT INTO "event" VALUES (7264300017949689, 4, 'member.joined', 0, 6527010282050946, 2828094730187544, NULL, 1795000001000);
INSERT INTO "event" VALUES (7264300017949689, 5, 'member.joined', 0, 7140096061260267, 2828094730187544, NULL, 1795000001000);
INSERT INTO "event" VALUES (7264300017949689, 6, 'message.posted', 1, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 7, 'message.posted', 2, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 8, 'message.posted', 3, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 9, 'message.posted', 4, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 10, 'message.posted', 5, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 11, 'message.posted', 6, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 12, 'message.posted', 7, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 13, 'message.posted', 8, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 14, 'message.posted', 9, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 15, 'message.posted', 10, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 16, 'message.posted', 11, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 17, 'message.posted', 12, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 18, 'message.posted', 13, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 19, 'message.edited', 1, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 20, 'message.edited', 1, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 21, 'message.deleted', 2, NULL, NULL, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 22, 'room.renamed', 13, NULL, 2828094730187544, 'Launch 🚀', 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 23, 'owner.made', 13, 6527010282050946, 2828094730187544, NULL, 1795000002000);
INSERT INTO "event" VALUES (7264300017949689, 24, 'member.left', 13, 2291874185919346, 2291874185919346, NULL, 1795000002000);
INSERT INTO "event" VALUES (7823737454107679, 1, 'member.joined', 0, 7140096061260267, 7140096061260267, NULL, 1795000002000);
INSERT INTO "event" VALUES (7823737454107679, 2, 'member.joined', 0, 6527010282050946, 7140096061260267, NULL, 1795000002000);
CREATE TABLE member (
	user_id INTEGER NOT NULL, 
	room_id INTEGER NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	read_number BIGINT NOT NULL, 
	read_change BIGINT NOT NULL, 
	seen_number BIGINT NOT NULL, 
	notify VARCHAR(16) NOT NULL, 
	joined BIGINT NOT NULL, 
	CONSTRAINT pk_member PRIMARY KEY (user_id, room_id), 
	CONSTRAINT ck_member_notify CHECK (notify IN ('everything', 'mentions', 'nothing')), 
	CONSTRAINT ck_member_role CHECK (role IN ('owner', 'member')), 
	CONSTRAINT fk_member_room_id FOREIGN KEY(room_id) REFERENCES room (id), 
	CONSTRAINT fk_member_user_id FOREIGN KEY(user_id) REFERENCES user (id)
)
 WITHOUT ROWID

;
INSERT INTO "member" VALUES (2828094730187544, 6034135599857245, 'member', 11, 7, 11, 'everything', 1795000001000);
INSERT INTO "member" VALUES (2828094730187544, 7264300017949689, 'owner', 13, 6, 13, 'everything', 1795000001000);
INSERT INTO "member" VALUES (4665717657247484, 7264300017949689, 'member', 8, 3, 8, 'mentions', 1795000001000);
INSERT INTO "member" VALUES (6527010282050946, 7264300017949689, 'owner', 9, 3, 9, 'everything', 1795000001000);
INSERT INTO "member" VALUES (6527010282050946, 7823737454107679, 'member', 0, 5, 0, 'everything', 1795000002000);
INSERT INTO "member" VALUES (7140096061260267, 6034135599857245, 'member', 3, 8, 12, 'everything', 1795000001000);
INSERT INTO "member" VALUES (7140096061260267, 7264300017949689, 'member', 12, 5, 12, 'everything', 1795000001000);
INSERT INTO "member" VALUES (7140096061260267, 7823737454107679, 'owner', 0, 14, 0, 'everything', 1795000002000);
CREATE TABLE mention (
	user_id INTEGER NOT NULL, 
	room_id INTEGER NOT NULL, 
	number BIGINT NOT NULL, 
	CONSTRAINT pk_mention PRIMARY KEY (user_id, room_id, number), 
	CONSTRAINT fk_mention_room_id FOREIGN KEY(room_id) REFERENCES room (id), 
	CONSTRAINT fk_mention_user_id FOREIGN KEY(user_id) REFERENCES user (id)
)
 WITHOUT ROWID

;
INSERT INTO "mention" VALUES (2291874185919346, 7264300017949689, 13);
INSERT INTO "mention" VALUES (7140096061260267, 7264300017949689, 13);
CREATE TABLE message (
	id INTEGER NOT NULL, 
	room_id INTEGER NOT NULL, 
	number BIGINT NOT NULL, 
	author_id INTEGER NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	seq BIGINT NOT NULL, 
	created BIGINT NOT NULL, 
	changed BIGINT NOT NULL, 
	edited BIGINT, 
	deleted BIGINT, 
	text TEXT NOT NULL, 
	mentions TEXT NOT NULL, 
	CONSTRAINT pk_message PRIMARY KEY (id), 
	CONSTRAINT ck_message_deleted_has_no_text CHECK (deleted IS NULL OR text = ''), 
	CONSTRAINT fk_message_author_id FOREIGN KEY(author_id) REFERENCES user (id), 
	CONSTRAINT fk_message_room_id FOREIGN KEY(room_id) REFERENCES room (id), 
	CONSTRAINT uq_message_author_id_key UNIQUE (author_id, "key"), 
	CONSTRAINT uq_message_room_id_number UNIQUE (room_id, number)
);
INSERT INTO "message" VALUES (1, 7264300017949689, 1, 2828094730187544, 'group 0', 6, 1795000002000, 20, 1795000002000, NULL, 'The truck leaves at eleven', '');
INSERT INTO "message" VALUES (2, 6034135599857245, 1, 2828094730187544, 'direct 0', 3, 1795000002000, 3, NULL, NULL, 'The truck leaves at nine, see you at gate 2 (0)', '');
INSERT INTO "message" VALUES (3, 7264300017949689, 2, 7140096061260267, 'group 1', 7, 1795000002000, 21, NULL, 1795000002000, '', '');
INSERT INTO "message" VALUES (4, 6034135599857245, 2, 7140096061260267, 'direct 1', 4, 1795000002000, 4, NULL, NULL, 'Čtyři palety přírub, prosím (1)', '');
INSERT INTO "message" VALUES (5, 7264300017949689, 3, 4665717657247484, 'group 2', 8, 1795000002000, 8, NULL, NULL, 'Завтра приедет новый насос', '');
INSERT INTO "message" VALUES (6, 6034135599857245, 3, 2828094730187544, 'direct 2', 5, 1795000002000, 5, NULL, NULL, 'Завтра приедет новый насос (2)', '');
INSERT INTO "message" VALUES (7, 7264300017949689, 4, 6527010282050946, 'group 3', 9, 1795000002000, 9, NULL, NULL, 'Η παραγγελία είναι έτοιμη', '');
INSERT INTO "message" VALUES (8, 6034135599857245, 4, 7140096061260267, 'direct 3', 6, 1795000002000, 6, NULL, NULL, 'Η παραγγελία είναι έτοιμη (3)', '');
INSERT INTO "message" VALUES (9, 7264300017949689, 5, 2291874185919346, 'group 4', 10, 1795000002000, 10, NULL, NULL, 'المضخة الجديدة وصلت اليوم', '');
INSERT INTO "message" VALUES (10, 6034135599857245, 5, 2828094730187544, 'direct 4', 7, 1795000002000, 7, NULL, NULL, 'المضخة الجديدة وصلت اليوم (4)', '');
INSERT INTO "message" VALUES (11, 7264300017949689, 6, 2828094730187544, 'group 5', 11, 1795000002000, 11, NULL, NULL, 'המשאבה תגיע מחר', '');
INSERT INTO "message" VALUES (12, 6034135599857245, 6, 7140096061260267, 'direct 5', 8, 1795000002000, 8, NULL, NULL, 'המשאבה תגיע מחר (5)', '');
INSERT INTO "message" VALUES (13, 7264300017949689, 7, 7140096061260267, 'group 6', 12, 1795000002000, 12, NULL, NULL, 'नया पम्प कल आएगा', '');
INSERT INTO "message" VALUES (14, 6034135599857245, 7, 2828094730187544, 'direct 6', 9, 1795000002000, 9, NULL, NULL, 'नया पम्प कल आएगा (6)', '');
INSERT INTO "message" VALUES (15, 7264300017949689, 8, 4665717657247484, 'group 7', 13, 1795000002000, 13, NULL, NULL, 'ปั๊มใหม่มาพรุ่งนี้', '');
INSERT INTO "message" VALUES (16, 6034135599857245, 8, 7140096061260267, 'direct 7', 10, 1795000002000, 10, NULL, NULL, 'ปั๊มใหม่มาพรุ่งนี้ (7)', '');
INSERT INTO "message" VALUES (17, 7264300017949689, 9, 6527010282050946, 'group 8', 14, 1795000002000, 14, NULL, NULL, '新しいポンプは明日届きます', '');
INSERT INTO "message" VALUES (18, 6034135599857245, 9, 2828094730187544, 'direct 8', 11, 1795000002000, 11, NULL, NULL, '新しいポンプは明日届きます (8)', '');
INSERT INTO "message" VALUES (19, 7264300017949689, 10, 2291874185919346, 'group 9', 15, 1795000002000, 15, NULL, NULL, '새 펌프가 내일 도착합니다', '');
INSERT INTO "message" VALUES (20, 6034135599857245, 10, 7140096061260267, 'direct 9', 12, 1795000002000, 12, NULL, NULL, '새 펌프가 내일 도착합니다 (9)', '');
INSERT INTO "message" VALUES (21, 7264300017949689, 11, 2828094730187544, 'group 10', 16, 1795000002000, 16, NULL, NULL, 'Pumpe läuft 🎉👍🏽👩‍👩‍👧 — “größer” als	zuvor
und zweizeilig', '');
INSERT INTO "message" VALUES (22, 6034135599857245, 11, 2828094730187544, 'direct 10', 13, 1795000002000, 13, NULL, NULL, 'Pumpe läuft 🎉👍🏽👩‍👩‍👧 — “größer” als	zuvor
und zweizeilig (10)', '');
INSERT INTO "message" VALUES (23, 7264300017949689, 12, 7140096061260267, 'group 11', 17, 1795000002000, 17, NULL, NULL, 'A back\slash, \N and \., a ''quote'', a "double" one, a {brace}, 100 %s; --', '');
INSERT INTO "message" VALUES (24, 6034135599857245, 12, 7140096061260267, 'direct 11', 14, 1795000002000, 14, NULL, NULL, 'A back\slash, \N and \., a ''quote'', a "double" one, a {brace}, 100 %s; -- (11)', '');
INSERT INTO "message" VALUES (25, 7264300017949689, 13, 2828094730187544, 'mention', 18, 1795000002000, 18, NULL, NULL, '@Bela Kovács and @Emre Yıldız, have a look', '7140096061260267 2291874185919346');
CREATE TABLE revision (
	message_id INTEGER NOT NULL, 
	changed BIGINT NOT NULL, 
	text TEXT NOT NULL, 
	replaced BIGINT NOT NULL, 
	CONSTRAINT pk_revision PRIMARY KEY (message_id, changed), 
	CONSTRAINT fk_revision_message_id FOREIGN KEY(message_id) REFERENCES message (id)
);
INSERT INTO "revision" VALUES (1, 19, 'The truck leaves at nine, see you at gate 2', 1795000002000);
INSERT INTO "revision" VALUES (1, 20, 'The truck leaves at ten', 1795000002000);
CREATE TABLE search_text (
	id INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	room VARCHAR(24) NOT NULL, 
	CONSTRAINT pk_search_text PRIMARY KEY (id), 
	CONSTRAINT fk_search_text_id FOREIGN KEY(id) REFERENCES message (id)
);
INSERT INTO "search_text" VALUES (1, 'the truck leaves at eleven', 'r7264300017949689');
INSERT INTO "search_text" VALUES (2, 'the truck leaves at nine see you at gate 2 0', 'r6034135599857245');
INSERT INTO "search_text" VALUES (4, 'ctyri palety prirub prosim 1', 'r6034135599857245');
INSERT INTO "search_text" VALUES (5, 'завтра приедет новыи насос', 'r7264300017949689');
INSERT INTO "search_text" VALUES (6, 'завтра приедет новыи насос 2', 'r6034135599857245');
INSERT INTO "search_text" VALUES (7, 'η παραγγελια ειναι ετοιμη', 'r7264300017949689');
INSERT INTO "search_text" VALUES (8, 'η παραγγελια ειναι ετοιμη 3', 'r6034135599857245');
INSERT INTO "search_text" VALUES (9, 'المضخة الجديدة وصلت اليوم', 'r7264300017949689');
INSERT INTO "search_text" VALUES (10, 'المضخة الجديدة وصلت اليوم 4', 'r6034135599857245');
INSERT INTO "search_text" VALUES (11, 'המשאבה תגיע מחר', 'r7264300017949689');
INSERT INTO "search_text" VALUES (12, 'המשאבה תגיע מחר 5', 'r6034135599857245');
INSERT INTO "search_text" VALUES (13, 'नया पमप कल आएगा', 'r7264300017949689');
INSERT INTO "search_text" VALUES (14, 'नया पमप कल आएगा 6', 'r6034135599857245');
INSERT INTO "search_text" VALUES (15, 'ปั ัม มใ ให หม มม มา าพ พร รง งน นี', 'r7264300017949689');
INSERT INTO "search_text" VALUES (16, 'ปั ัม มใ ให หม มม มา าพ พร รง งน นี 7', 'r6034135599857245');
INSERT INTO "search_text" VALUES (17, '新し しい いホ ホン ンフ フは は明 明日 日届 届き きま ます', 'r7264300017949689');
INSERT INTO "search_text" VALUES (18, '新し しい いホ ホン ンフ フは は明 明日 日届 届き きま ます 8', 'r6034135599857245');
INSERT INTO "search_text" VALUES (19, '새 펌프 프가 내일 도착 착합 합니 니다', 'r7264300017949689');
INSERT INTO "search_text" VALUES (20, '새 펌프 프가 내일 도착 착합 합니 니다 9', 'r6034135599857245');
INSERT INTO "search_text" VALUES (21, 'pumpe lauft grosser als zuvor und zweizeilig', 'r7264300017949689');
INSERT INTO "search_text" VALUES (22, 'pumpe lauft grosser als zuvor und zweizeilig 10', 'r6034135599857245');
INSERT INTO "search_text" VALUES (23, 'a back slash n and a quote a double one a brace 100 s', 'r7264300017949689');
INSERT INTO "search_text" VALUES (24, 'a back slash n and a quote a double one a brace 100 s 11', 'r6034135599857245');
INSERT INTO "search_text" VALUES (25, 'bela kovacs and emre yildiz have a look', 'r7264300017949689');
CREATE INDEX ix_user_folded_name ON user (folded_name);
CREATE INDEX ix_name_word_user_id ON name_word (user_id);
CREATE INDEX ix_session_user_id ON session (user_id);
CREATE INDEX ix_event_line ON event (room_id, number, seq) WHERE by_id IS NOT NULL;
CREATE INDEX ix_member_room_id_seen_number ON member (room_id, seen_number);
CREATE INDEX ix_mention_room_id_number ON mention (room_id, number);
CREATE INDEX ix_message_deleted ON message (room_id, number, deleted) WHERE deleted IS NOT NULL;
CREATE INDEX ix_message_live ON message (room_id, created, number) WHERE deleted IS NULL;
CREATE INDEX ix_message_live_by_author ON message (room_id, author_id, created, number) WHERE deleted IS NULL;
CREATE VIRTUAL TABLE search_index USING fts5(text, room, content='search_text', content_rowid='id', tokenize='ascii', columnsize=0);
INSERT INTO search_index (search_index) VALUES ('rebuild');
