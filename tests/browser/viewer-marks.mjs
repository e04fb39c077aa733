// What is marked in the images of the stories, as a node tells it.

const svg = (inner) => ({ type: "SvgSelector", value: `<svg xmlns="http://www.w3.org/2000/svg">${inner}</svg>` });

const mark = (file, selector, name) => ({ type: "Annotation", via: file, target: { source: "https://ids.example.org/id/cells", selector }, body: [{ type: "TextualBody", value: name, purpose: "identifying" }] });

const whole = (file, label, kind) => ({ type: "Annotation", body: { id: file, type: "Dataset" }, target: "https://ids.example.org/id/cells", label, "omma:annotationType": kind });

const PAGES = [
  {
    next: "https://elsewhere.example.org/id/cells/annotations?page=2",
    items: [
      whole("https://n/outlines.geojson", "Outlines <b>by hand</b>", "geometrical_annotations"),
      mark("https://n/outlines.geojson", { ...svg('<path fill-rule="evenodd" d="M400 260L500 260L500 340L400 340Z"/>'), "omma:plane": 1 }, "cell <i>one</i>"),
      mark("https://n/outlines.geojson", svg('<path d="M0 0C1 1 2 2 3 3"/>'), "a curve"),
    ],
  },
  {
    items: [
      whole("https://n/spots.csv", "Spots", "point_annotations"),
      // as a node tells of a region of OME-XML, in a plane and a colour of its own
      { ...mark("https://n/spots.csv", { type: "FragmentSelector", value: "xywh=pixel:480,350,40,20", "omma:plane": 0, "omma:timePoint": 0, "omma:channelIndex": 0 }, "region"), "omma:strokeColour": "FF0000" },
      mark("https://n/spots.csv", { type: "FragmentSelector", value: "xywh=pixel:440,300,1,1" }, "spot"),
    ],
  },
];

/** Pages of annotations by the name of the image. */
export const MARKED = {
  cells: (address) => {
    const page = Number(new URL(address, "http://localhost").searchParams.get("page") ?? 1);
    return { type: "AnnotationPage", partOf: { total: 6 }, ...PAGES[page - 1] };
  },
};
