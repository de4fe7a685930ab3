SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.event (
    room_id bigint NOT NULL,
    seq bigint NOT NULL,
    kind character varying(32) NOT NULL,
    number bigint NOT NULL,
    user_id bigint,
    by_id bigint,
    name text,
    created bigint NOT NULL
);
CREATE TABLE public.link (
    id bigint NOT NULL,
    token_hash character varying(64) NOT NULL,
    kind character varying(16) NOT NULL,
    email text NOT NULL,
    role character varying(16) NOT NULL,
    user_id bigint,
    created bigint NOT NULL,
    expires bigint NOT NULL,
    CONSTRAINT ck_link_kind CHECK (((kind)::text = ANY ((ARRAY['set-up'::character varying, 'invitation'::character varying, 'reset'::character varying])::text[])))
);
CREATE TABLE public.member (
    user_id bigint NOT NULL,
    room_id bigint NOT NULL,
    role character varying(16) NOT NULL,
    read_number bigint NOT NULL,
    read_change bigint NOT NULL,
    seen_number bigint NOT NULL,
    notify character varying(16) NOT NULL,
    joined bigint NOT NULL,
    CONSTRAINT ck_member_notify CHECK (((notify)::text = ANY ((ARRAY['everything'::character varying, 'mentions'::character varying, 'nothing'::character varying])::text[]))),
    CONSTRAINT ck_member_role CHECK (((role)::text = ANY ((ARRAY['owner'::character varying, 'member'::character varying])::text[])))
);
CREATE TABLE public.mention (
    user_id bigint NOT NULL,
    room_id bigint NOT NULL,
    number bigint NOT NULL
);
CREATE TABLE public.message (
    id bigint NOT NULL,
    room_id bigint NOT NULL,
    number bigint NOT NULL,
    author_id bigint NOT NULL,
    key character varying(64) NOT NULL,
    seq bigint NOT NULL,
    created bigint NOT NULL,
    changed bigint NOT NULL,
    edited bigint,
    deleted bigint,
    text text NOT NULL,
    mentions text NOT NULL,
    CONSTRAINT ck_message_deleted_has_no_text CHECK (((deleted IS NULL) OR (text = ''::text)))
);
CREATE SEQUENCE public.message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.message_id_seq OWNED BY public.message.id;
CREATE TABLE public.name_word (
    word text NOT NULL COLLATE pg_catalog."C",
    user_id bigint NOT NULL
);
CREATE TABLE public.organisation (
    id bigint NOT NULL,
    name text NOT NULL,
    epoch character varying(32) NOT NULL,
    secret character varying(64) NOT NULL,
    normaliser_version integer NOT NULL,
    idle_days integer NOT NULL,
    CONSTRAINT ck_organisation_only_one CHECK ((id = 1))
);
CREATE TABLE public.revision (
    message_id bigint NOT NULL,
    changed bigint NOT NULL,
    text text NOT NULL,
    replaced bigint NOT NULL
);
CREATE TABLE public.room (
    id bigint NOT NULL,
    kind character varying(16) NOT NULL,
    name text,
    pair_key character varying(40),
    creator_id bigint NOT NULL,
    key character varying(64),
    members integer NOT NULL,
    last_number bigint NOT NULL,
    last_seq bigint NOT NULL,
    created bigint NOT NULL,
    CONSTRAINT ck_room_kind CHECK (((((kind)::text = 'direct'::text) AND (pair_key IS NOT NULL)) OR (((kind)::text = 'group'::text) AND (name IS NOT NULL))))
);
CREATE TABLE public.search_index (
    id bigint NOT NULL,
    words tsvector NOT NULL
);
CREATE TABLE public.search_text (
    id bigint NOT NULL,
    text text NOT NULL,
    room character varying(24) NOT NULL
);
CREATE TABLE public.session (
    id bigint NOT NULL,
    token_hash character varying(64) NOT NULL,
    user_id bigint NOT NULL,
    device text NOT NULL,
    created bigint NOT NULL,
    last_seen bigint NOT NULL
);
CREATE TABLE public."user" (
    id bigint NOT NULL,
    name text NOT NULL,
    folded_name text NOT NULL COLLATE pg_catalog."C",
    email text NOT NULL,
    role character varying(16) NOT NULL,
    active boolean NOT NULL,
    password_hash text NOT NULL,
    preferences text NOT NULL,
    changes bigint NOT NULL,
    created bigint NOT NULL,
    last_seen bigint,
    CONSTRAINT ck_user_role CHECK (((role)::text = ANY ((ARRAY['owner'::character varying, 'member'::character varying])::text[])))
);
ALTER TABLE ONLY public.message ALTER COLUMN id SET DEFAULT nextval('public.message_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0002');
INSERT INTO public.event VALUES (3822476036224185, 1, 'member.joined', 0, 2297396854039601, 2297396854039601, NULL, 1795000001000);
INSERT INTO public.event VALUES (3822476036224185, 2, 'member.joined', 0, 4735239856547697, 2297396854039601, NULL, 1795000001000);
INSERT INTO public.event VALUES (6221041605995907, 1, 'member.joined', 0, 2297396854039601, 2297396854039601, NULL, 1795000001000);
INSERT INTO public.event VALUES (6221041605995907, 2, 'member.joined', 0, 479468247285948, 2297396854039601, NULL, 1795000001000);
INSERT INTO public.event VALUES (6221041605995907, 3, 'member.joined', 0, 2856556845450523, 2297396854039601, NULL, 1795000001000);
INSERT INTO public.event VALUES (6221041605995907, 4, 'member.joined', 0, 4735239856547697, 2297396854039601, NULL, 1795000001000);
INSERT INTO public.event VALUES (6221041605995907, 5, 'member.joined', 0, 5138066227195968, 2297396854039601, NULL, 1795000001000);
INSERT INTO public.event VALUES (6221041605995907, 6, 'message.posted', 1, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (3822476036224185, 3, 'message.posted', 1, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 7, 'message.posted', 2, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (3822476036224185, 4, 'message.posted', 2, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 8, 'message.posted', 3, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (3822476036224185, 5, 'message.posted', 3, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 9, 'message.posted', 4, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (3822476036224185, 6, 'message.posted', 4, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 10, 'message.posted', 5, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (3822476036224185, 7, 'message.posted', 5, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 11, 'message.posted', 6, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (3822476036224185, 8, 'message.posted', 6, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 12, 'message.posted', 7, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (3822476036224185, 9, 'message.posted', 7, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 13, 'message.posted', 8, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (3822476036224185, 10, 'message.posted', 8, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 14, 'message.posted', 9, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (3822476036224185, 11, 'message.posted', 9, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 15, 'message.posted', 10, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (3822476036224185, 12, 'message.posted', 10, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 16, 'message.posted', 11, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (3822476036224185, 13, 'message.posted', 11, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 17, 'message.posted', 12, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (3822476036224185, 14, 'message.posted', 12, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 18, 'message.posted', 13, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 19, 'message.edited', 1, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 20, 'message.edited', 1, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 21, 'message.deleted', 2, NULL, NULL, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 22, 'room.renamed', 13, NULL, 2297396854039601, 'Launch 🚀', 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 23, 'owner.made', 13, 2856556845450523, 2297396854039601, NULL, 1795000002000);
INSERT INTO public.event VALUES (6221041605995907, 24, 'member.left', 13, 5138066227195968, 5138066227195968, NULL, 1795000002000);
INSERT INTO public.event VALUES (7539981323073133, 1, 'member.joined', 0, 4735239856547697, 4735239856547697, NULL, 1795000002000);
INSERT INTO public.event VALUES (7539981323073133, 2, 'member.joined', 0, 2856556845450523, 4735239856547697, NULL, 1795000002000);
INSERT INTO public.link VALUES (2100375140920434, '38edbcc151b216b1030389f3bc470fd7f313c26cbbd9d1813440e05658176cf5', 'invitation', 'fay@example.com', 'member', NULL, 1795000002000, 1795604802000);
INSERT INTO public.link VALUES (906004500732295, '3525f33bfcbe30ee0647180a7d9a925b23258de690f686e29038df9429f7650b', 'reset', 'bela@example.com', 'member', 4735239856547697, 1795000002000, 1795086402000);
INSERT INTO public.member VALUES (2297396854039601, 3822476036224185, 'member', 11, 7, 11, 'everything', 1795000001000);
INSERT INTO public.member VALUES (4735239856547697, 6221041605995907, 'member', 12, 5, 12, 'everything', 1795000001000);
INSERT INTO public.member VALUES (2297396854039601, 6221041605995907, 'owner', 13, 6, 13, 'everything', 1795000001000);
INSERT INTO public.member VALUES (4735239856547697, 3822476036224185, 'member', 3, 8, 12, 'everything', 1795000001000);
INSERT INTO public.member VALUES (2856556845450523, 6221041605995907, 'owner', 9, 3, 9, 'everything', 1795000001000);
INSERT INTO public.member VALUES (479468247285948, 6221041605995907, 'member', 8, 3, 8, 'mentions', 1795000001000);
INSERT INTO public.member VALUES (4735239856547697, 7539981323073133, 'owner', 0, 14, 0, 'everything', 1795000002000);
INSERT INTO public.member VALUES (2856556845450523, 7539981323073133, 'member', 0, 5, 0, 'everything', 1795000002000);
INSERT INTO public.mention VALUES (4735239856547697, 6221041605995907, 13);
INSERT INTO public.mention VALUES (5138066227195968, 6221041605995907, 13);
INSERT INTO public.message VALUES (2, 3822476036224185, 1, 2297396854039601, 'direct 0', 3, 1795000002000, 3, NULL, NULL, 'The truck leaves at nine, see you at gate 2 (0)', '');
INSERT INTO public.message VALUES (4, 3822476036224185, 2, 4735239856547697, 'direct 1', 4, 1795000002000, 4, NULL, NULL, 'Čtyři palety přírub, prosím (1)', '');
INSERT INTO public.message VALUES (5, 6221041605995907, 3, 479468247285948, 'group 2', 8, 1795000002000, 8, NULL, NULL, 'Завтра приедет новый насос', '');
INSERT INTO public.message VALUES (6, 3822476036224185, 3, 2297396854039601, 'direct 2', 5, 1795000002000, 5, NULL, NULL, 'Завтра приедет новый насос (2)', '');
INSERT INTO public.message VALUES (7, 6221041605995907, 4, 2856556845450523, 'group 3', 9, 1795000002000, 9, NULL, NULL, 'Η παραγγελία είναι έτοιμη', '');
INSERT INTO public.message VALUES (8, 3822476036224185, 4, 4735239856547697, 'direct 3', 6, 1795000002000, 6, NULL, NULL, 'Η παραγγελία είναι έτοιμη (3)', '');
INSERT INTO public.message VALUES (9, 6221041605995907, 5, 5138066227195968, 'group 4', 10, 1795000002000, 10, NULL, NULL, 'المضخة الجديدة وصلت اليوم', '');
INSERT INTO public.message VALUES (10, 3822476036224185, 5, 2297396854039601, 'direct 4', 7, 1795000002000, 7, NULL, NULL, 'المضخة الجديدة وصلت اليوم (4)', '');
INSERT INTO public.message VALUES (11, 6221041605995907, 6, 2297396854039601, 'group 5', 11, 1795000002000, 11, NULL, NULL, 'המשאבה תגיע מחר', '');
INSERT INTO public.message VALUES (12, 3822476036224185, 6, 4735239856547697, 'direct 5', 8, 1795000002000, 8, NULL, NULL, 'המשאבה תגיע מחר (5)', '');
INSERT INTO public.message VALUES (13, 6221041605995907, 7, 4735239856547697, 'group 6', 12, 1795000002000, 12, NULL, NULL, 'नया पम्प कल आएगा', '');
INSERT INTO public.message VALUES (14, 3822476036224185, 7, 2297396854039601, 'direct 6', 9, 1795000002000, 9, NULL, NULL, 'नया पम्प कल आएगा (6)', '');
INSERT INTO public.message VALUES (15, 6221041605995907, 8, 479468247285948, 'group 7', 13, 1795000002000, 13, NULL, NULL, 'ปั๊มใหม่มาพรุ่งนี้', '');
INSERT INTO public.message VALUES (16, 3822476036224185, 8, 4735239856547697, 'direct 7', 10, 1795000002000, 10, NULL, NULL, 'ปั๊มใหม่มาพรุ่งนี้ (7)', '');
INSERT INTO public.message VALUES (17, 6221041605995907, 9, 2856556845450523, 'group 8', 14, 1795000002000, 14, NULL, NULL, '新しいポンプは明日届きます', '');
INSERT INTO public.message VALUES (18, 3822476036224185, 9, 2297396854039601, 'direct 8', 11, 1795000002000, 11, NULL, NULL, '新しいポンプは明日届きます (8)', '');
INSERT INTO public.message VALUES (19, 6221041605995907, 10, 5138066227195968, 'group 9', 15, 1795000002000, 15, NULL, NULL, '새 펌프가 내일 도착합니다', '');
INSERT INTO public.message VALUES (20, 3822476036224185, 10, 4735239856547697, 'direct 9', 12, 1795000002000, 12, NULL, NULL, '새 펌프가 내일 도착합니다 (9)', '');
INSERT INTO public.message VALUES (21, 6221041605995907, 11, 2297396854039601, 'group 10', 16, 1795000002000, 16, NULL, NULL, 'Pumpe läuft 🎉👍🏽👩‍👩‍👧 — “größer” als	zuvor
und zweizeilig', '');
INSERT INTO public.message VALUES (22, 3822476036224185, 11, 2297396854039601, 'direct 10', 13, 1795000002000, 13, NULL, NULL, 'Pumpe läuft 🎉👍🏽👩‍👩‍👧 — “größer” als	zuvor
und zweizeilig (10)', '');
INSERT INTO public.message VALUES (23, 6221041605995907, 12, 4735239856547697, 'group 11', 17, 1795000002000, 17, NULL, NULL, 'A back\slash, \N and \., a ''quote'', a "double" one, a {brace}, 100 %s; --', '');
INSERT INTO public.message VALUES (24, 3822476036224185, 12, 4735239856547697, 'direct 11', 14, 1795000002000, 14, NULL, NULL, 'A back\slash, \N and \., a ''quote'', a "double" one, a {brace}, 100 %s; -- (11)', '');
INSERT INTO public.message VALUES (25, 6221041605995907, 13, 2297396854039601, 'mention', 18, 1795000002000, 18, NULL, NULL, '@Bela Kovács and @Emre Yıldız, have a look', '4735239856547697 5138066227195968');
INSERT INTO public.message VALUES (1, 6221041605995907, 1, 2297396854039601, 'group 0', 6, 1795000002000, 20, 1795000002000, NULL, 'The truck leaves at eleven', '');
INSERT INTO public.message VALUES (3, 6221041605995907, 2, 4735239856547697, 'group 1', 7, 1795000002000, 21, NULL, 1795000002000, '', '');
INSERT INTO public.name_word VALUES ('rao', 2297396854039601);
INSERT INTO public.name_word VALUES ('asha', 2297396854039601);
INSERT INTO public.name_word VALUES ('bela', 4735239856547697);
INSERT INTO public.name_word VALUES ('kovacs', 4735239856547697);
INSERT INTO public.name_word VALUES ('dana', 2856556845450523);
INSERT INTO public.name_word VALUES ('lindqvist', 2856556845450523);
INSERT INTO public.name_word VALUES ('yildiz', 5138066227195968);
INSERT INTO public.name_word VALUES ('emre', 5138066227195968);
INSERT INTO public.name_word VALUES ('mallory', 3417276199471054);
INSERT INTO public.name_word VALUES ('chidi', 479468247285948);
INSERT INTO public.name_word VALUES ('okafo', 479468247285948);
INSERT INTO public.organisation VALUES (1, 'Halden Pumps 🏭', 'c93b890d9e810e6cffe2ff3df2910cad', 'ea4d1562553ce285a8c27bdd6607c93bcd8b4f055932783e3f1595abbdfea8c1', 1, 30);
INSERT INTO public.revision VALUES (1, 19, 'The truck leaves at nine, see you at gate 2', 1795000002000);
INSERT INTO public.revision VALUES (1, 20, 'The truck leaves at ten', 1795000002000);
INSERT INTO public.room VALUES (3822476036224185, 'direct', NULL, '2297396854039601:4735239856547697', 2297396854039601, NULL, 2, 12, 14, 1795000001000);
INSERT INTO public.room VALUES (6221041605995907, 'group', 'Launch 🚀', NULL, 2297396854039601, 'launch', 4, 13, 24, 1795000001000);
INSERT INTO public.room VALUES (7539981323073133, 'group', 'Nobody has written here', NULL, 4735239856547697, 'empty', 2, 0, 2, 1795000002000);
INSERT INTO public.search_index VALUES (2, '''0'':11 ''2'':10 ''@r3822476036224185'' ''at'':4,8 ''gate'':9 ''leaves'':3 ''nine'':5 ''see'':6 ''the'':1 ''truck'':2 ''you'':7');
INSERT INTO public.search_index VALUES (4, '''1'':5 ''@r3822476036224185'' ''ctyri'':1 ''palety'':2 ''prirub'':3 ''prosim'':4');
INSERT INTO public.search_index VALUES (5, '''@r6221041605995907'' ''завтра'':1 ''насос'':4 ''новыи'':3 ''приедет'':2');
INSERT INTO public.search_index VALUES (6, '''2'':5 ''@r3822476036224185'' ''завтра'':1 ''насос'':4 ''новыи'':3 ''приедет'':2');
INSERT INTO public.search_index VALUES (7, '''@r6221041605995907'' ''ειναι'':3 ''ετοιμη'':4 ''η'':1 ''παραγγελια'':2');
INSERT INTO public.search_index VALUES (8, '''3'':5 ''@r3822476036224185'' ''ειναι'':3 ''ετοιμη'':4 ''η'':1 ''παραγγελια'':2');
INSERT INTO public.search_index VALUES (9, '''@r6221041605995907'' ''الجديدة'':2 ''المضخة'':1 ''اليوم'':4 ''وصلت'':3');
INSERT INTO public.search_index VALUES (10, '''4'':5 ''@r3822476036224185'' ''الجديدة'':2 ''المضخة'':1 ''اليوم'':4 ''وصلت'':3');
INSERT INTO public.search_index VALUES (11, '''@r6221041605995907'' ''המשאבה'':1 ''מחר'':3 ''תגיע'':2');
INSERT INTO public.search_index VALUES (12, '''5'':4 ''@r3822476036224185'' ''המשאבה'':1 ''מחר'':3 ''תגיע'':2');
INSERT INTO public.search_index VALUES (13, '''@r6221041605995907'' ''आएगा'':4 ''कल'':3 ''नया'':1 ''पमप'':2');
INSERT INTO public.search_index VALUES (14, '''6'':5 ''@r3822476036224185'' ''आएगा'':4 ''कल'':3 ''नया'':1 ''पमप'':2');
INSERT INTO public.search_index VALUES (15, '''@r6221041605995907'' ''งน'':11 ''นี'':12 ''ปั'':1 ''พร'':9 ''มม'':6 ''มา'':7 ''มใ'':3 ''รง'':10 ''หม'':5 ''ัม'':2 ''าพ'':8 ''ให'':4');
INSERT INTO public.search_index VALUES (16, '''7'':13 ''@r3822476036224185'' ''งน'':11 ''นี'':12 ''ปั'':1 ''พร'':9 ''มม'':6 ''มา'':7 ''มใ'':3 ''รง'':10 ''หม'':5 ''ัม'':2 ''าพ'':8 ''ให'':4');
INSERT INTO public.search_index VALUES (17, '''@r6221041605995907'' ''いホ'':3 ''きま'':11 ''しい'':2 ''は明'':7 ''ます'':12 ''フは'':6 ''ホン'':4 ''ンフ'':5 ''届き'':10 ''新し'':1 ''日届'':9 ''明日'':8');
INSERT INTO public.search_index VALUES (18, '''8'':13 ''@r3822476036224185'' ''いホ'':3 ''きま'':11 ''しい'':2 ''は明'':7 ''ます'':12 ''フは'':6 ''ホン'':4 ''ンフ'':5 ''届き'':10 ''新し'':1 ''日届'':9 ''明日'':8');
INSERT INTO public.search_index VALUES (19, '''@r6221041605995907'' ''내일'':4 ''니다'':8 ''도착'':5 ''새'':1 ''착합'':6 ''펌프'':2 ''프가'':3 ''합니'':7');
INSERT INTO public.search_index VALUES (20, '''9'':9 ''@r3822476036224185'' ''내일'':4 ''니다'':8 ''도착'':5 ''새'':1 ''착합'':6 ''펌프'':2 ''프가'':3 ''합니'':7');
INSERT INTO public.search_index VALUES (21, '''@r6221041605995907'' ''als'':4 ''grosser'':3 ''lauft'':2 ''pumpe'':1 ''und'':6 ''zuvor'':5 ''zweizeilig'':7');
INSERT INTO public.search_index VALUES (22, '''10'':8 ''@r3822476036224185'' ''als'':4 ''grosser'':3 ''lauft'':2 ''pumpe'':1 ''und'':6 ''zuvor'':5 ''zweizeilig'':7');
INSERT INTO public.search_index VALUES (23, '''100'':13 ''@r6221041605995907'' ''a'':1,6,8,11 ''and'':5 ''back'':2 ''brace'':12 ''double'':9 ''n'':4 ''one'':10 ''quote'':7 ''s'':14 ''slash'':3');
INSERT INTO public.search_index VALUES (24, '''100'':13 ''11'':15 ''@r3822476036224185'' ''a'':1,6,8,11 ''and'':5 ''back'':2 ''brace'':12 ''double'':9 ''n'':4 ''one'':10 ''quote'':7 ''s'':14 ''slash'':3');
INSERT INTO public.search_index VALUES (25, '''@r6221041605995907'' ''a'':7 ''and'':3 ''bela'':1 ''emre'':4 ''have'':6 ''kovacs'':2 ''look'':8 ''yildiz'':5');
INSERT INTO public.search_index VALUES (1, '''@r6221041605995907'' ''at'':4 ''eleven'':5 ''leaves'':3 ''the'':1 ''truck'':2');
INSERT INTO public.search_text VALUES (2, 'the truck leaves at nine see you at gate 2 0', 'r3822476036224185');
INSERT INTO public.search_text VALUES (4, 'ctyri palety prirub prosim 1', 'r3822476036224185');
INSERT INTO public.search_text VALUES (5, 'завтра приедет новыи насос', 'r6221041605995907');
INSERT INTO public.search_text VALUES (6, 'завтра приедет новыи насос 2', 'r3822476036224185');
INSERT INTO public.search_text VALUES (7, 'η παραγγελια ειναι ετοιμη', 'r6221041605995907');
INSERT INTO public.search_text VALUES (8, 'η παραγγελια ειναι ετοιμη 3', 'r3822476036224185');
INSERT INTO public.search_text VALUES (9, 'المضخة الجديدة وصلت اليوم', 'r6221041605995907');
INSERT INTO public.search_text VALUES (10, 'المضخة الجديدة وصلت اليوم 4', 'r3822476036224185');
INSERT INTO public.search_text VALUES (11, 'המשאבה תגיע מחר', 'r6221041605995907');
INSERT INTO public.search_text VALUES (12, 'המשאבה תגיע מחר 5', 'r3822476036224185');
INSERT INTO public.search_text VALUES (13, 'नया पमप कल आएगा', 'r6221041605995907');
INSERT INTO public.search_text VALUES (14, 'नया पमप कल आएगा 6', 'r3822476036224185');
INSERT INTO public.search_text VALUES (15, 'ปั ัม มใ ให หม มม มา าพ พร รง งน นี', 'r6221041605995907');
INSERT INTO public.search_text VALUES (16, 'ปั ัม มใ ให หม มม มา าพ พร รง งน นี 7', 'r3822476036224185');
INSERT INTO public.search_text VALUES (17, '新し しい いホ ホン ンフ フは は明 明日 日届 届き きま ます', 'r6221041605995907');
INSERT INTO public.search_text VALUES (18, '新し しい いホ ホン ンフ フは は明 明日 日届 届き きま ます 8', 'r3822476036224185');
INSERT INTO public.search_text VALUES (19, '새 펌프 프가 내일 도착 착합 합니 니다', 'r6221041605995907');
INSERT INTO public.search_text VALUES (20, '새 펌프 프가 내일 도착 착합 합니 니다 9', 'r3822476036224185');
INSERT INTO public.search_text VALUES (21, 'pumpe lauft grosser als zuvor und zweizeilig', 'r6221041605995907');
INSERT INTO public.search_text VALUES (22, 'pumpe lauft grosser als zuvor und zweizeilig 10', 'r3822476036224185');
INSERT INTO public.search_text VALUES (23, 'a back slash n and a quote a double one a brace 100 s', 'r6221041605995907');
INSERT INTO public.search_text VALUES (24, 'a back slash n and a quote a double one a brace 100 s 11', 'r3822476036224185');
INSERT INTO public.search_text VALUES (25, 'bela kovacs and emre yildiz have a look', 'r6221041605995907');
INSERT INTO public.search_text VALUES (1, 'the truck leaves at eleven', 'r6221041605995907');
INSERT INTO public.session VALUES (533079757657361, 'a47088027012469aa0ec35bcd50025cc33f7333eedb5cc80693bf5f0af89e7a6', 2297396854039601, 'Firefox on Linux', 1795000002000, 1795000002000);
INSERT INTO public."user" VALUES (3417276199471054, 'Mallory', 'mallory', 'mallory@example.com', 'member', true, '$argon2id$v=19$m=8,t=1,p=1$zBBEtZgAkSAbNrZ1VOeZRw$P03VJk4rYSybY5z5YDso5+znSZI9KlJOwa/ZM0Al028', '{}', 0, 1795000001000, NULL);
INSERT INTO public."user" VALUES (2297396854039601, 'Asha Rao', 'asha rao', 'asha@example.com', 'owner', true, '$argon2id$v=19$m=8,t=1,p=1$zBBEtZgAkSAbNrZ1VOeZRw$P03VJk4rYSybY5z5YDso5+znSZI9KlJOwa/ZM0Al028', '{}', 12, 1795000001000, 1795000002000);
INSERT INTO public."user" VALUES (4735239856547697, 'Bela Kovács', 'bela kovacs', 'bela@example.com', 'member', true, '$argon2id$v=19$m=8,t=1,p=1$zBBEtZgAkSAbNrZ1VOeZRw$P03VJk4rYSybY5z5YDso5+znSZI9KlJOwa/ZM0Al028', '{"theme":"dark","contrast":"more","density":"compact","language":"de"}', 14, 1795000001000, NULL);
INSERT INTO public."user" VALUES (2856556845450523, 'Dana Lindqvist', 'dana lindqvist', 'dana@example.com', 'member', true, '$argon2id$v=19$m=8,t=1,p=1$zBBEtZgAkSAbNrZ1VOeZRw$P03VJk4rYSybY5z5YDso5+znSZI9KlJOwa/ZM0Al028', '{}', 5, 1795000001000, NULL);
INSERT INTO public."user" VALUES (5138066227195968, 'Emre Yıldız', 'emre yildiz', 'emre@example.com', 'member', false, '$argon2id$v=19$m=8,t=1,p=1$zBBEtZgAkSAbNrZ1VOeZRw$P03VJk4rYSybY5z5YDso5+znSZI9KlJOwa/ZM0Al028', '{}', 4, 1795000001000, NULL);
INSERT INTO public."user" VALUES (479468247285948, 'Chidi Ọkáfọ̀', 'chidi okafo', 'chidi@example.com', 'owner', true, '$argon2id$v=19$m=8,t=1,p=1$zBBEtZgAkSAbNrZ1VOeZRw$P03VJk4rYSybY5z5YDso5+znSZI9KlJOwa/ZM0Al028', '{}', 4, 1795000001000, NULL);
SELECT pg_catalog.setval('public.message_id_seq', 25, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT pk_event PRIMARY KEY (room_id, seq);
ALTER TABLE ONLY public.link
    ADD CONSTRAINT pk_link PRIMARY KEY (id);
ALTER TABLE ONLY public.member
    ADD CONSTRAINT pk_member PRIMARY KEY (user_id, room_id);
ALTER TABLE ONLY public.mention
    ADD CONSTRAINT pk_mention PRIMARY KEY (user_id, room_id, number);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT pk_message PRIMARY KEY (id);
ALTER TABLE ONLY public.name_word
    ADD CONSTRAINT pk_name_word PRIMARY KEY (word, user_id);
ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT pk_organisation PRIMARY KEY (id);
ALTER TABLE ONLY public.revision
    ADD CONSTRAINT pk_revision PRIMARY KEY (message_id, changed);
ALTER TABLE ONLY public.room
    ADD CONSTRAINT pk_room PRIMARY KEY (id);
ALTER TABLE ONLY public.search_text
    ADD CONSTRAINT pk_search_text PRIMARY KEY (id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT pk_session PRIMARY KEY (id);
ALTER TABLE ONLY public."user"
    ADD CONSTRAINT pk_user PRIMARY KEY (id);
ALTER TABLE ONLY public.search_index
    ADD CONSTRAINT search_index_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.link
    ADD CONSTRAINT uq_link_token_hash UNIQUE (token_hash);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT uq_message_author_id_key UNIQUE (author_id, key);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT uq_message_room_id_number UNIQUE (room_id, number);
ALTER TABLE ONLY public.room
    ADD CONSTRAINT uq_room_creator_id_key UNIQUE (creator_id, key);
ALTER TABLE ONLY public.room
    ADD CONSTRAINT uq_room_pair_key UNIQUE (pair_key);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT uq_session_token_hash UNIQUE (token_hash);
ALTER TABLE ONLY public."user"
    ADD CONSTRAINT uq_user_email UNIQUE (email);
CREATE INDEX ix_event_line ON public.event USING btree (room_id, number, seq) WHERE (by_id IS NOT NULL);
CREATE INDEX ix_member_room_id_seen_number ON public.member USING btree (room_id, seen_number);
CREATE INDEX ix_mention_room_id_number ON public.mention USING btree (room_id, number);
CREATE INDEX ix_message_deleted ON public.message USING btree (room_id, number, deleted) WHERE (deleted IS NOT NULL);
CREATE INDEX ix_message_live ON public.message USING btree (room_id, created, number) WHERE (deleted IS NULL);
CREATE INDEX ix_message_live_by_author ON public.message USING btree (room_id, author_id, created, number) WHERE (deleted IS NULL);
CREATE INDEX ix_name_word_user_id ON public.name_word USING btree (user_id);
CREATE INDEX ix_search_index_words ON public.search_index USING gin (words);
CREATE INDEX ix_session_user_id ON public.session USING btree (user_id);
CREATE INDEX ix_user_folded_name ON public."user" USING btree (folded_name);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT fk_event_by_id FOREIGN KEY (by_id) REFERENCES public."user"(id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT fk_event_room_id FOREIGN KEY (room_id) REFERENCES public.room(id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT fk_event_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);
ALTER TABLE ONLY public.link
    ADD CONSTRAINT fk_link_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);
ALTER TABLE ONLY public.member
    ADD CONSTRAINT fk_member_room_id FOREIGN KEY (room_id) REFERENCES public.room(id);
ALTER TABLE ONLY public.member
    ADD CONSTRAINT fk_member_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);
ALTER TABLE ONLY public.mention
    ADD CONSTRAINT fk_mention_room_id FOREIGN KEY (room_id) REFERENCES public.room(id);
ALTER TABLE ONLY public.mention
    ADD CONSTRAINT fk_mention_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT fk_message_author_id FOREIGN KEY (author_id) REFERENCES public."user"(id);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT fk_message_room_id FOREIGN KEY (room_id) REFERENCES public.room(id);
ALTER TABLE ONLY public.name_word
    ADD CONSTRAINT fk_name_word_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);
ALTER TABLE ONLY public.revision
    ADD CONSTRAINT fk_revision_message_id FOREIGN KEY (message_id) REFERENCES public.message(id);
ALTER TABLE ONLY public.room
    ADD CONSTRAINT fk_room_creator_id FOREIGN KEY (creator_id) REFERENCES public."user"(id);
ALTER TABLE ONLY public.search_text
    ADD CONSTRAINT fk_search_text_id FOREIGN KEY (id) REFERENCES public.message(id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT fk_session_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);
