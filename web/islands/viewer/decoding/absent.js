// Stands in the place of a codec in WebAssembly that is not taken into the page.
export default null;
