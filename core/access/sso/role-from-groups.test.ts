// Groups under whatever name a provider sends them, and the role that they give.
import { describe, expect, test } from "vitest";
import type { GroupSettings } from "../../config/sso-settings.ts";
import { groupsOf, roleFromGroups } from "./role-from-groups.ts";

const settings: GroupSettings = { adminGroup: "admins", roles: {}, defaultRole: "user" };

describe("X-016 groups", () => {
  test.each([
    ["most providers", "groups"],
    ["directories", "memberOf"],
    ["Keycloak", "roles"],
    ["Entra ID", "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"],
    ["AD FS", "http://schemas.xmlsoap.org/claims/Group"],
    ["eduPerson", "urn:oid:1.3.6.1.4.1.5923.1.5.1.1"],
  ])("X-016 of %s are found under their usual name, one or several", (_who, name) => {
    expect(groupsOf({ mail: "ada@clinic.example", [name]: ["admins", "others"] }, settings)).toEqual([
      "admins",
      "others",
    ]);
    expect(groupsOf({ [name]: "admins" }, settings)).toEqual(["admins"]);
  });

  test("X-016 come from the name that the settings give, and then from no other", () => {
    const named = { ...settings, groupClaim: "department" };
    expect(groupsOf({ groups: ["admins"], department: ["radiology"] }, named)).toEqual(["radiology"]);
    expect(groupsOf({ groups: ["admins"] }, named)).toEqual([]);
  });

  test("are none where nothing fits, and only texts count", () => {
    expect(groupsOf({ department: ["admins"] }, settings)).toEqual([]);
    expect(groupsOf({ groups: ["admins", 7, null] }, settings)).toEqual(["admins"]);
    expect(groupsOf(Object.create({ groups: ["admins"] }) as Record<string, unknown>, settings)).toEqual([]);
  });
});

describe("the role", () => {
  test("A-134 without a user group everybody who is not in the admin group is a user", () => {
    expect(roleFromGroups(["admins"], settings)).toBe("admin");
    expect(roleFromGroups(["others"], settings)).toBe("user");
    expect(roleFromGroups([], settings)).toBe("user");
  });

  test("A-134 with a user group only its members are users, and nobody else comes in", () => {
    const closed = { ...settings, userGroup: "staff" };
    expect(roleFromGroups(["staff"], closed)).toBe("user");
    expect(roleFromGroups(["staff", "admins"], closed)).toBe("admin");
    expect(roleFromGroups(["others"], closed)).toBeUndefined();
  });

  test("of another group counts before that of everybody, and nobody comes in where everybody has none", () => {
    const mapped = { ...settings, roles: { desk: "patient-portal-manager" } };
    expect(roleFromGroups(["others", "desk"], mapped)).toBe("patient-portal-manager");
    expect(roleFromGroups(["others"], { ...mapped, defaultRole: "" })).toBeUndefined();
  });
});
