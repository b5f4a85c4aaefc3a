// Draws two sets of traces as the plot on the screen is drawn, and compares
// their pixels.

// compare draws both at the plot's size, ranges and density, marks on the
// canvas what differs, and returns counts of pixels; worst is in levels of 255.
export async function compare(full, visible, plot, canvas) {
  const [a, b] = [await pixelsOf(full, plot), await pixelsOf(visible, plot)];
  const marks = new ImageData(a.width, a.height);
  let differing = 0, worst = 0;
  for (let i = 0; i < a.data.length; i += 4) {
    const by = Math.max(...[0, 1, 2, 3].map(c => Math.abs(a.data[i + c] - b.data[i + c])));
    if (by > 0) differing++;
    worst = Math.max(worst, by);
    // What is equal is pale, so that what differs stands out.
    marks.data.set(by > 0 ? [220, 0, 60, 255] : pale(a.data, i), i);
  }
  canvas.width = a.width;
  canvas.height = a.height;
  canvas.style.width = `${a.width / devicePixelRatio}px`;
  canvas.getContext('2d').putImageData(marks, 0, 0);
  canvas.hidden = false;
  return { pixels: a.width * a.height, differing, worst };
}

const pale = (data, i) => {
  const grey = 205 + 50 * (data[i] + data[i + 1] + data[i + 2]) / 765;
  return [grey, grey, grey, 255];
};

async function pixelsOf(data, plot) {
  const { width, height } = plot._fullLayout;
  const layout = { ...plot.layout, width, height, autosize: false, paper_bgcolor: '#fff' };
  for (const name of Object.keys(layout).filter(n => /^[xy]axis\d*$/.test(n))) {
    layout[name] = { ...layout[name], range: [...plot._fullLayout[name].range], autorange: false };
  }
  const url = await Plotly.toImage({ data, layout }, { format: 'png', width, height, scale: devicePixelRatio });
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
