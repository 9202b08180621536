import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import {
  AttributionControl,
  GeoJSONSource,
  MapLibreMap,
  type MapMouseEvent,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from 'maplibre-gl';
import worker from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import 'maplibre-gl/dist/maplibre-gl.css';
import { compact } from '@kumkm/shared/formats/numbers.ts';
import { type Ref, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';
import { map as mapTexts } from '../../texts/map.ts';
import { areasOf, bordersOf, namesOf, recordsOf } from './gl-data.ts';
import styles from './gl-map.module.css';
import { styleOf } from './gl-style.ts';
import type { Palette } from './palette.ts';
import type { MapPoint } from './queries.ts';
import { type Box, partsOf, type Shape } from './shapes.ts';
import { tilesOf } from './tiles.ts';

setWorkerUrl(worker);

const ROOM = 28; // pixels around the whole
const DEEPER = 2; // levels of zoom, into records that lie together

export interface Seen {
  readonly box: Box;
  readonly zoom: number;
}

/** What the page asks of the map itself. */
export interface Handle {
  /** The map as it is seen now. */
  readonly picture: () => Promise<HTMLCanvasElement>;
  readonly whole: () => void;
}

interface Told {
  readonly shapes: readonly Shape[];
  readonly records: readonly MapPoint[];
  readonly whole: Box;
  readonly palette: Palette;
  readonly level: (code: string) => number | undefined;
  readonly tip: (code: string) => string;
  readonly nameOf: (code: string) => string;
  readonly at: string | undefined;
  readonly onOpen: (code: string) => void;
  readonly onBusiness: (id: string) => void;
  readonly onSee: (seen: Seen) => void;
  readonly label: string;
  readonly ref?: Ref<Handle>;
}

/** The map that can be moved: drawn by WebGL, with nothing fetched but what the page gives it (and tiles, where set). */
export function GlMap(told: Told) {
  const { shapes, records, whole, palette, level, nameOf, at, label, ref } = told;
  const t = useTexts(mapTexts);
  const language = useLanguage();
  const place = useRef<HTMLDivElement>(null);
  const tipPlace = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibreMap | undefined>(undefined);
  const [isDrawn, setDrawn] = useState(false); // before, a canvas may be black
  const now = useRef(told);
  useEffect(() => {
    now.current = told;
  });

  // The first map stays: what changes later is told to it.
  const first = useRef({ whole, locale: t.controls });
  useEffect(() => {
    if (place.current === null) return;
    const made = new MapLibreMap({
      container: place.current,
      style: styleOf(tilesOf()),
      bounds: [...first.current.whole],
      fitBoundsOptions: { padding: ROOM },
      maxZoom: 18,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      cooperativeGestures: true,
      attributionControl: false,
      locale: first.current.locale,
    });
    made.touchZoomRotate.disableRotation();
    made.keyboard.disableRotation();
    made.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    made.addControl(new ScaleControl({ maxWidth: 96, unit: 'metric' }), 'bottom-left');
    if (tilesOf() !== undefined) made.addControl(new AttributionControl({ compact: false }), 'bottom-right');
    made.once('load', () => setMap(made));
    // A page that is turned or gets narrow shows the whole again, unless somebody has moved it.
    let moved = false;
    made.on('movestart', ({ originalEvent }) => {
      moved ||= originalEvent !== undefined;
    });
    made.on('resize', () => {
      if (!moved) made.fitBounds([...now.current.whole], { padding: ROOM, animate: false });
    });
    return () => {
      setMap(undefined);
      made.remove();
    };
  }, []);

  const parts = useMemo(() => partsOf(shapes), [shapes]);
  useEffect(() => {
    if (map !== undefined) set(map, 'areas', areasOf(shapes, level));
  }, [map, shapes, level]);
  useEffect(() => {
    if (map === undefined) return;
    set(map, 'names', namesOf(shapes, parts, nameOf));
    set(map, 'borders', bordersOf(parts.length > 1 ? parts : []));
  }, [map, shapes, parts, nameOf]);
  useEffect(() => {
    if (map !== undefined)
      set(
        map,
        'records',
        recordsOf(records, (count) => compact(count, language)),
      );
  }, [map, records, language]);
  useEffect(() => {
    if (map === undefined) return;
    paint(map, palette);
    map.once('render', () => setDrawn(true));
  }, [map, palette]);
  useEffect(() => {
    if (map === undefined || at === undefined) return;
    const feature = { source: 'areas', id: at };
    map.setFeatureState(feature, { chosen: true });
    return () => {
      if (map.style !== undefined) map.setFeatureState(feature, { chosen: false });
    };
  }, [map, at]);
  useEffect(() => {
    map?.getCanvas().setAttribute('aria-label', label);
  }, [map, label]);

  // What is under the pointer: its name and figure beside the pointer, its side drawn stronger.
  useEffect(() => {
    const words = tipPlace.current;
    if (map === undefined || words === null) return;
    let hovered: string | undefined;
    const leave = () => {
      if (hovered !== undefined) map.setFeatureState({ source: 'areas', id: hovered }, { hovered: false });
      hovered = undefined;
      words.hidden = true;
      map.getCanvas().style.cursor = '';
    };
    const move = (event: MapMouseEvent) => {
      const [record] = map.queryRenderedFeatures(event.point, { layers: ['records'] });
      const [area] = map.queryRenderedFeatures(event.point, { layers: ['areas'] });
      const code = textOf(area?.properties.code);
      if (code !== hovered) leave();
      if (code === undefined && record === undefined) return leave();
      hovered = code;
      if (code !== undefined) map.setFeatureState({ source: 'areas', id: code }, { hovered: true });
      map.getCanvas().style.cursor = 'pointer';
      words.hidden = false;
      words.textContent =
        record === undefined ? now.current.tip(code ?? '') : t.records(String(record.properties.words));
      const { x, y } = event.point;
      const left = x > map.getCanvas().clientWidth / 2;
      words.style.transform = `translate(${x}px, ${y}px) translate(${left ? '-100%' : '0'}, -100%) translate(${left ? -12 : 12}px, -8px)`;
    };
    const open = (event: MapMouseEvent) => {
      const [record] = map.queryRenderedFeatures(event.point, { layers: ['records'] });
      const business = textOf(record?.properties.business);
      if (business !== undefined) return now.current.onBusiness(business);
      if (record !== undefined) {
        map.easeTo({ center: event.lngLat, zoom: Math.min(18, map.getZoom() + DEEPER) });
        return;
      }
      const [area] = map.queryRenderedFeatures(event.point, { layers: ['areas'] });
      const code = textOf(area?.properties.code);
      if (code !== undefined) now.current.onOpen(code);
    };
    const see = () => {
      const bounds = map.getBounds();
      now.current.onSee({
        box: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()],
        zoom: map.getZoom(),
      });
    };
    map.on('mousemove', move);
    map.on('mouseout', leave);
    map.on('click', open);
    map.on('moveend', see);
    see();
    return () => {
      map.off('mousemove', move);
      map.off('mouseout', leave);
      map.off('click', open);
      map.off('moveend', see);
    };
  }, [map, t]);

  const fit = useCallback(() => {
    map?.fitBounds([...now.current.whole], { padding: ROOM });
  }, [map]);
  useImperativeHandle(ref, () => ({ picture: () => pictureOf(map), whole: fit }), [map, fit]);

  return (
    <div className={styles.place} data-ready={map !== undefined || undefined}>
      <div ref={place} className={styles.map} data-drawn={isDrawn || undefined} />
      <div ref={tipPlace} className={styles.tip} aria-hidden hidden />
    </div>
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function set(map: MapLibreMap, name: string, data: Parameters<GeoJSONSource['setData']>[0]): void {
  const source = map.getSource(name);
  if (source instanceof GeoJSONSource) void source.setData(data);
}

function paint(map: MapLibreMap, palette: Palette): void {
  const [one, two, three, four, five] = palette.levels;
  map.setPaintProperty('ground', 'background-color', palette.page);
  map.setPaintProperty('areas', 'fill-color', [
    'match',
    ['get', 'level'],
    1,
    one,
    2,
    two,
    3,
    three,
    4,
    four,
    5,
    five,
    palette.none,
  ]);
  map.setPaintProperty('sides', 'line-color', palette.card);
  map.setPaintProperty('borders', 'line-color', palette.text);
  map.setPaintProperty('chosen', 'line-color', palette.text);
  map.setPaintProperty('records', 'circle-color', palette.text);
  map.setPaintProperty('records', 'circle-stroke-color', palette.card);
  map.setPaintProperty('counts', 'text-color', palette.card);
  map.setPaintProperty('names', 'text-color', palette.text);
  map.setPaintProperty('names', 'text-halo-color', palette.card);
}

/** A copy of the canvas, taken while it is painted: afterwards it is empty. */
function pictureOf(map: MapLibreMap | undefined): Promise<HTMLCanvasElement> {
  return new Promise((done, fail) => {
    if (map === undefined) {
      fail(new Error('no map'));
      return;
    }
    map.once('render', () => {
      const canvas = map.getCanvas();
      const copy = document.createElement('canvas');
      copy.width = canvas.width;
      copy.height = canvas.height;
      copy.getContext('2d')?.drawImage(canvas, 0, 0);
      done(copy);
    });
    map.triggerRepaint();
  });
}
