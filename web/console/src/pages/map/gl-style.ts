import type { StyleSpecification } from 'maplibre-gl';
import type { Tiles } from './tiles.ts';

const EMPTY = { type: 'FeatureCollection' as const, features: [] };
const FONT = ['Plus Jakarta Sans Variable'];

/** The layers of the map; their colours come with the theme. No text or picture of it is fetched from anywhere. */
export function styleOf(tiles: Tiles | undefined): StyleSpecification {
  return {
    version: 8,
    sources: {
      areas: { type: 'geojson', data: EMPTY, promoteId: 'code' },
      names: { type: 'geojson', data: EMPTY },
      borders: { type: 'geojson', data: EMPTY },
      records: { type: 'geojson', data: EMPTY },
      ...(tiles === undefined
        ? {}
        : {
            tiles: {
              type: 'raster' as const,
              tiles: [tiles.address],
              tileSize: 256,
              maxzoom: 19,
              attribution: tiles.attribution,
            },
          }),
    },
    layers: [
      { id: 'ground', type: 'background' },
      ...(tiles === undefined ? [] : [{ id: 'tiles', type: 'raster' as const, source: 'tiles' }]),
      {
        id: 'areas',
        type: 'fill',
        source: 'areas',
        paint: { 'fill-opacity': tiles === undefined ? 1 : 0.72, 'fill-antialias': true },
      },
      {
        id: 'sides',
        type: 'line',
        source: 'areas',
        layout: { 'line-join': 'round' },
        paint: { 'line-width': ['interpolate', ['linear'], ['zoom'], 7, 0.4, 12, 1.4] },
      },
      {
        id: 'borders',
        type: 'line',
        source: 'borders',
        layout: { 'line-join': 'round', 'line-cap': 'round' },
        paint: { 'line-width': ['interpolate', ['linear'], ['zoom'], 7, 0.8, 12, 1.8], 'line-opacity': 0.5 },
      },
      {
        id: 'chosen',
        type: 'line',
        source: 'areas',
        layout: { 'line-join': 'round' },
        paint: {
          'line-width': [
            'case',
            ['boolean', ['feature-state', 'chosen'], false],
            3,
            ['boolean', ['feature-state', 'hovered'], false],
            1.75,
            0,
          ],
        },
      },
      {
        id: 'names',
        type: 'symbol',
        source: 'names',
        filter: ['any', ['get', 'part'], ['>=', ['zoom'], 10]],
        layout: {
          'text-field': ['get', 'name'],
          'text-font': FONT,
          'text-size': ['case', ['get', 'part'], 12.5, 11],
          'text-letter-spacing': ['case', ['get', 'part'], 0.04, 0],
          'text-max-width': 7,
          'text-padding': 4,
          'symbol-sort-key': ['case', ['get', 'part'], 0, 1],
        },
        paint: { 'text-halo-width': 1.6, 'text-halo-blur': 0.4 },
      },
      {
        id: 'records',
        type: 'circle',
        source: 'records',
        paint: {
          'circle-radius': [
            'interpolate',
            ['linear'],
            ['sqrt', ['get', 'count']],
            1,
            4.5,
            1.4,
            8.5,
            4,
            11,
            20,
            20,
            60,
            26,
          ],
          'circle-opacity': 0.86,
          'circle-stroke-width': 1.5,
        },
      },
      {
        id: 'counts',
        type: 'symbol',
        source: 'records',
        filter: ['>', ['get', 'count'], 1],
        layout: {
          'text-field': ['get', 'words'],
          'text-font': FONT,
          'text-size': 11,
          'text-allow-overlap': true,
        },
      },
    ],
  };
}
