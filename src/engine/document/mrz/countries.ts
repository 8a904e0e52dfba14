/**
 * Codes of issuing states and nationalities in an MRZ (ICAO Doc 9303-3, section 5): ISO 3166-1 alpha-3, then those that
 * the standard adds: D for Germany, British passports of other status, organisations, persons without a nationality,
 * Kosovo, and Utopia of the specimens. Last, states that no longer exist and whose documents are still shown.
 */
const listed =
  'AFG ALA ALB DZA ASM AND AGO AIA ATA ATG ARG ARM ABW AUS AUT AZE BHS BHR BGD BRB BLR BEL BLZ BEN BMU BTN BOL BES BIH BWA ' +
  'BVT BRA IOT BRN BGR BFA BDI CPV KHM CMR CAN CYM CAF TCD CHL CHN CXR CCK COL COM COG COD COK CRI CIV HRV CUB CUW CYP CZE ' +
  'DNK DJI DMA DOM ECU EGY SLV GNQ ERI EST SWZ ETH FLK FRO FJI FIN FRA GUF PYF ATF GAB GMB GEO GHA GIB GRC GRL GRD GLP GUM ' +
  'GTM GGY GIN GNB GUY HTI HMD VAT HND HKG HUN ISL IND IDN IRN IRQ IRL IMN ISR ITA JAM JPN JEY JOR KAZ KEN KIR PRK KOR KWT ' +
  'KGZ LAO LVA LBN LSO LBR LBY LIE LTU LUX MAC MDG MWI MYS MDV MLI MLT MHL MTQ MRT MUS MYT MEX FSM MDA MCO MNG MNE MSR MAR ' +
  'MOZ MMR NAM NRU NPL NLD NCL NZL NIC NER NGA NIU NFK MKD MNP NOR OMN PAK PLW PSE PAN PNG PRY PER PHL PCN POL PRT PRI QAT ' +
  'REU ROU RUS RWA BLM SHN KNA LCA MAF SPM VCT WSM SMR STP SAU SEN SRB SYC SLE SGP SXM SVK SVN SLB SOM ZAF SGS SSD ESP LKA ' +
  'SDN SUR SJM SWE CHE SYR TWN TJK TZA THA TLS TGO TKL TON TTO TUN TUR TKM TCA TUV UGA UKR ARE GBR USA UMI URY UZB VUT VEN ' +
  'VNM VGB VIR WLF ESH YEM ZMB ZWE D GBD GBN GBO GBP GBS EUE UNO UNA UNK RKS XBA XIM XCC XCE XCO XEC XPO XES XMP XOM XDC XXA ' +
  'XXB XXC XXX UTO ANT CSK DDR SCG SUN TMP YUG ZAR';

/** Three glyphs each, with filler where a code is shorter. */
export const stateCodes: readonly string[] = listed.split(' ').map((code) => code.padEnd(3, '<'));

const known = new Set(stateCodes);

/** Whether the three glyphs are a code of the list, with filler where it is shorter. */
export const isStateCode = (glyphs: string): boolean => known.has(glyphs);
