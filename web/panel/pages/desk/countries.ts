import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import world from 'world-atlas/countries-50m.json';

/**
 * Outlines of the countries, each as rings of `[longitude, latitude]`: Natural Earth at 1:50 million, public domain, as the package world-atlas has
 * them. A module of its own, because it weighs more than all of the page and is fetched only where a place is shown.
 */
export function countryRings(): readonly (readonly (readonly (readonly number[])[])[])[] {
  const topology = world as unknown as Topology<{ countries: GeometryCollection }>;
  return feature(topology, topology.objects.countries).features.map(({ geometry }) =>
    geometry.type === 'Polygon'
      ? geometry.coordinates
      : geometry.type === 'MultiPolygon'
        ? geometry.coordinates.flat()
        : [],
  );
}
