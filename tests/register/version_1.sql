BEGIN TRANSACTION;
CREATE TABLE aliases (
	old_ssin BIGINT NOT NULL, 
	new_ssin BIGINT NOT NULL, 
	since_revision INTEGER NOT NULL, 
	PRIMARY KEY (old_ssin), 
	FOREIGN KEY(since_revision) REFERENCES revisions (revision)
);
INSERT INTO "aliases" VALUES(85273000106,85073000160,2);
CREATE TABLE integrations (
	row_id INTEGER NOT NULL, 
	ssin BIGINT NOT NULL, 
	organisation_id INTEGER NOT NULL, 
	sector SMALLINT NOT NULL, 
	quality_code SMALLINT NOT NULL, 
	begin_day INTEGER NOT NULL, 
	end_day INTEGER, 
	in_primary BOOLEAN NOT NULL, 
	in_secondary BOOLEAN NOT NULL, 
	end_defaulted BOOLEAN NOT NULL, 
	since_revision INTEGER NOT NULL, 
	until_revision INTEGER, 
	PRIMARY KEY (row_id), 
	CONSTRAINT integrations_begin_before_end CHECK (begin_day <= end_day), 
	CONSTRAINT integrations_in_some_register CHECK (in_primary OR in_secondary), 
	FOREIGN KEY(organisation_id) REFERENCES organisation_keys (organisation_id), 
	FOREIGN KEY(since_revision) REFERENCES revisions (revision), 
	FOREIGN KEY(until_revision) REFERENCES revisions (revision)
);
INSERT INTO "integrations" VALUES(1,85073000160,1,17,2,19723,19813,1,1,0,3,NULL);
INSERT INTO "integrations" VALUES(2,85073000160,1,17,2,19783,19904,1,1,0,3,NULL);
INSERT INTO "integrations" VALUES(3,85073000160,1,17,2,19905,19996,1,1,0,3,NULL);
INSERT INTO "integrations" VALUES(4,85073000259,1,17,2,19723,19813,1,1,0,3,NULL);
INSERT INTO "integrations" VALUES(5,85073000259,1,17,2,19754,NULL,1,0,0,3,NULL);
INSERT INTO "integrations" VALUES(6,85073000358,1,17,2,19723,19813,1,0,0,3,NULL);
INSERT INTO "integrations" VALUES(7,85073000358,1,17,2,19754,19843,0,1,0,3,NULL);
INSERT INTO "integrations" VALUES(8,85073000457,1,17,3,19723,NULL,1,1,0,3,NULL);
INSERT INTO "integrations" VALUES(9,85073000457,1,17,3,19358,NULL,1,1,0,4,NULL);
INSERT INTO "integrations" VALUES(10,85073000556,3,17,2,19723,NULL,1,1,0,4,NULL);
CREATE TABLE meta (
	schema_version INTEGER NOT NULL
);
INSERT INTO "meta" VALUES(1);
CREATE TABLE organisation_keys (
	organisation_id INTEGER NOT NULL, 
	"key" VARCHAR NOT NULL, 
	PRIMARY KEY (organisation_id), 
	UNIQUE ("key")
);
INSERT INTO "organisation_keys" VALUES(1,'1900000762');
INSERT INTO "organisation_keys" VALUES(2,'1900001455');
INSERT INTO "organisation_keys" VALUES(3,'40/21');
CREATE TABLE organisations (
	version_id INTEGER NOT NULL, 
	organisation_id INTEGER NOT NULL, 
	cbe_number VARCHAR(10), 
	sector SMALLINT NOT NULL, 
	institution SMALLINT, 
	kind SMALLINT NOT NULL, 
	region SMALLINT NOT NULL, 
	name VARCHAR NOT NULL, 
	since_revision INTEGER NOT NULL, 
	until_revision INTEGER, 
	PRIMARY KEY (version_id), 
	FOREIGN KEY(organisation_id) REFERENCES organisation_keys (organisation_id), 
	FOREIGN KEY(since_revision) REFERENCES revisions (revision), 
	FOREIGN KEY(until_revision) REFERENCES revisions (revision)
);
INSERT INTO "organisations" VALUES(1,1,'1900000762',17,1,1,1,'OCMW één, Gent',1,NULL);
INSERT INTO "organisations" VALUES(2,2,'1900001455',17,1,1,2,'CPAS deux',1,NULL);
INSERT INTO "organisations" VALUES(3,3,NULL,40,21,3,0,'Partner',1,NULL);
CREATE TABLE revisions (
	revision INTEGER NOT NULL, 
	recorded_at BIGINT NOT NULL, 
	note VARCHAR NOT NULL, 
	PRIMARY KEY (revision)
);
INSERT INTO "revisions" VALUES(0,1717243200000000,'created');
INSERT INTO "revisions" VALUES(1,1717246800000000,'import of organisations');
INSERT INTO "revisions" VALUES(2,1717250400000000,'import of aliases');
INSERT INTO "revisions" VALUES(3,1717254000000000,'import of integrations');
INSERT INTO "revisions" VALUES(4,1717257600000000,'import of integrations');
CREATE INDEX organisations_by_id ON organisations (organisation_id);
CREATE UNIQUE INDEX organisations_one_current_version ON organisations (organisation_id) WHERE until_revision IS NULL;
CREATE INDEX organisations_by_institution ON organisations (sector, institution);
CREATE UNIQUE INDEX integrations_identity ON integrations (ssin, organisation_id, sector, quality_code, begin_day, coalesce(end_day, 2932897), in_primary, in_secondary, coalesce(until_revision, 0));
CREATE INDEX aliases_by_new_ssin ON aliases (new_ssin);
COMMIT;
