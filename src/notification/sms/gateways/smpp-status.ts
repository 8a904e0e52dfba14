/** What a `command_status` says of the message it answers. */
export type StatusMeaning =
  | 'taken'
  /** The message will never be taken as it is. */
  | 'permanent'
  /** Not taken, and nothing is wrong with the message: the centre is busy, or the link or our settings are at fault. */
  | 'transient';

type Row = readonly [status: number, name: string, meaning: StatusMeaning];

/** Source: SMPP Protocol Specification v3.4, section 5.1.3, table 5-2; the last rows: v5.0, section 4.7.6. */
const TABLE: readonly Row[] = [
  [0x00000000, 'ESME_ROK', 'taken'],
  [0x00000001, 'ESME_RINVMSGLEN', 'permanent'],
  [0x00000002, 'ESME_RINVCMDLEN', 'permanent'],
  [0x00000003, 'ESME_RINVCMDID', 'permanent'],
  [0x00000004, 'ESME_RINVBNDSTS', 'transient'],
  [0x00000005, 'ESME_RALYBND', 'transient'],
  [0x00000006, 'ESME_RINVPRTFLG', 'permanent'],
  [0x00000007, 'ESME_RINVREGDLVFLG', 'permanent'],
  [0x00000008, 'ESME_RSYSERR', 'transient'],
  [0x0000000a, 'ESME_RINVSRCADR', 'permanent'],
  [0x0000000b, 'ESME_RINVDSTADR', 'permanent'],
  [0x0000000c, 'ESME_RINVMSGID', 'permanent'],
  [0x0000000d, 'ESME_RBINDFAIL', 'transient'],
  [0x0000000e, 'ESME_RINVPASWD', 'transient'],
  [0x0000000f, 'ESME_RINVSYSID', 'transient'],
  [0x00000011, 'ESME_RCANCELFAIL', 'permanent'],
  [0x00000013, 'ESME_RREPLACEFAIL', 'permanent'],
  [0x00000014, 'ESME_RMSGQFUL', 'transient'],
  [0x00000015, 'ESME_RINVSERTYP', 'permanent'],
  [0x00000033, 'ESME_RINVNUMDESTS', 'permanent'],
  [0x00000034, 'ESME_RINVDLNAME', 'permanent'],
  [0x00000040, 'ESME_RINVDESTFLAG', 'permanent'],
  [0x00000042, 'ESME_RINVSUBREP', 'permanent'],
  [0x00000043, 'ESME_RINVESMCLASS', 'permanent'],
  [0x00000044, 'ESME_RCNTSUBDL', 'permanent'],
  [0x00000045, 'ESME_RSUBMITFAIL', 'transient'], // centres say so for whatever went wrong on their side
  [0x00000048, 'ESME_RINVSRCTON', 'permanent'],
  [0x00000049, 'ESME_RINVSRCNPI', 'permanent'],
  [0x00000050, 'ESME_RINVDSTTON', 'permanent'],
  [0x00000051, 'ESME_RINVDSTNPI', 'permanent'],
  [0x00000053, 'ESME_RINVSYSTYP', 'permanent'],
  [0x00000054, 'ESME_RINVREPFLAG', 'permanent'],
  [0x00000055, 'ESME_RINVNUMMSGS', 'permanent'],
  [0x00000058, 'ESME_RTHROTTLED', 'transient'],
  [0x00000061, 'ESME_RINVSCHED', 'permanent'],
  [0x00000062, 'ESME_RINVEXPIRY', 'permanent'],
  [0x00000063, 'ESME_RINVDFTMSGID', 'permanent'],
  [0x00000064, 'ESME_RX_T_APPN', 'transient'],
  [0x00000065, 'ESME_RX_P_APPN', 'permanent'],
  [0x00000066, 'ESME_RX_R_APPN', 'permanent'],
  [0x00000067, 'ESME_RQUERYFAIL', 'permanent'],
  [0x000000c0, 'ESME_RINVOPTPARSTREAM', 'permanent'],
  [0x000000c1, 'ESME_ROPTPARNOTALLWD', 'permanent'],
  [0x000000c2, 'ESME_RINVPARLEN', 'permanent'],
  [0x000000c3, 'ESME_RMISSINGOPTPARAM', 'permanent'],
  [0x000000c4, 'ESME_RINVOPTPARAMVAL', 'permanent'],
  [0x000000fe, 'ESME_RDELIVERYFAILURE', 'permanent'],
  [0x000000ff, 'ESME_RUNKNOWNERR', 'transient'],
  [0x00000100, 'ESME_RSERTYPUNAUTH', 'permanent'],
  [0x00000101, 'ESME_RPROHIBITED', 'permanent'],
  [0x00000102, 'ESME_RSERTYPUNAVAIL', 'transient'],
  [0x00000103, 'ESME_RSERTYPDENIED', 'permanent'],
  [0x00000104, 'ESME_RINVDCS', 'permanent'],
];

const BY_STATUS: ReadonlyMap<number, Row> = new Map(TABLE.map((row) => [row[0], row]));

/** Statuses that say "not so fast": to try again at once would only make it worse. */
const BUSY: ReadonlySet<number> = new Set([0x14, 0x58]);

/**
 * The specification's name of a status, and what it means for the message. A status that the table does not have (vendors use
 * 0x400–0x4ff) is transient: the message was not taken, and nobody said that it never will be.
 * @param settled meanings that the installation knows better, by status.
 */
export function readStatus(
  status: number,
  settled: Readonly<Record<string, 'permanent' | 'transient'>> = {},
): { readonly name: string; readonly meaning: StatusMeaning; readonly isBusy: boolean } {
  const [, name, meaning] = BY_STATUS.get(status) ?? [status, `SMSC_0x${status.toString(16)}`, 'transient'];
  return { name, meaning: (status !== 0 && settled[String(status)]) || meaning, isBusy: BUSY.has(status) };
}
