// Draws the plots of a report with ECharts, from the data in the page. Asks nothing of anybody.
(() => {
  'use strict';

  const data = JSON.parse(document.getElementById('data').textContent);
  const overTime = data.stepSeconds > 0;
  const PRINT = {width: 330, height: 130};
  const SCREEN = {height: 205};
  // Pixels: of a label's row, of one of its letters, of what is beside the plot.
  const ROW = 14;
  const LETTER = 6;
  const AXIS = 56;
  const GROUP = 'run';

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    return (name) => style.getPropertyValue('--' + name).trim();
  };

  // The palette has eight lines; the ninth looks like the first, but is dotted.
  const lineColour = (n) => 'line' + (n === 0 ? 0 : ((n - 1) % 8) + 1);

  const clock = (seconds) => {
    const whole = Math.round(seconds);
    return Math.floor(whole / 60) + ':' + String(whole % 60).padStart(2, '0');
  };

  const short = (value) => {
    const size = Math.abs(value);
    if (size >= 1e6) return +(value / 1e6).toPrecision(3) + 'M';
    if (size >= 1e4) return +(value / 1e3).toPrecision(3) + 'k';
    return String(+value.toPrecision(3));
  };

  const ticks = (span, width) => {
    const most = Math.max(2, Math.floor(width / 64));
    const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800];
    return steps.find((step) => span / step <= most) || 86400;
  };

  const position = (plot, i) => {
    if (plot.categories.length) return plot.categories[i];
    if (plot.positions.length) return plot.positions[i];
    return i * data.stepSeconds;
  };

  const points = (plot, line) =>
    line.values.map((value, i) => [
      position(plot, i),
      value === null || (plot.isLogarithmic && value <= 0) ? null : value,
    ]);

  function series(plot, line, colour) {
    const paint = colour(lineColour(line.colour));
    if (line.stroke === 'POINTS') {
      return {name: line.name, type: 'scatter', data: points(plot, line), symbolSize: 8, itemStyle: {color: paint, opacity: 0.75}};
    }
    const dashed = line.stroke === 'DASHED';
    return {
      name: line.name,
      type: 'line',
      data: points(plot, line),
      showSymbol: !overTime,
      symbolSize: 6,
      connectNulls: false,
      itemStyle: {color: paint},
      lineStyle: {color: paint, width: dashed ? 1.3 : 1.7, type: dashed ? [4, 3] : line.colour > 8 ? 'dotted' : 'solid'},
      areaStyle: line.stroke === 'AREA' ? {color: paint, opacity: 0.18} : undefined,
      emphasis: {disabled: true},
    };
  }

  // In which row above the plot the label of each mark stands, so that none covers another; a label
  // begins at its line, or ends there where the plot's right edge is near. Where there is room for
  // neither it stands across its line, without an arrow.
  function rowsOfMarks(width) {
    const inner = width - AXIS;
    const ends = [];
    return (overTime ? data.marks : []).map((mark) => {
      const at = (mark.at / data.seconds) * inner;
      const length = (mark.label.length + 3) * LETTER;
      const side = at + length <= inner ? 'left' : at >= length ? 'right' : 'across';
      const from = {left: at, right: at - length, across: Math.max(0, inner - length)}[side];
      const free = ends.findIndex((end) => end <= from);
      const row = free < 0 ? ends.length : free;
      ends[row] = from + length;
      return {mark, row, side, shift: side === 'across' ? from - at : 0};
    });
  }

  const headroom = (rows) => 10 + ROW * rows.reduce((most, each) => Math.max(most, each.row + 1), 0);

  // Carries the marks and the limits, and makes the axis reach the limits.
  function frame(plot, colour, rows) {
    const marks = rows.map(({mark, row, side, shift}) => ({
      xAxis: mark.at,
      lineStyle: {color: colour('ink'), width: 1, type: [2, 2]},
      label: {
        formatter: () => ({left: '↓ ' + mark.label, right: mark.label + ' ↓', across: mark.label})[side],
        position: 'end',
        distance: [0, 2 + row * ROW],
        offset: [shift, 0],
        align: side === 'right' ? 'right' : 'left',
        color: colour('ink'),
        fontSize: 11,
      },
    }));
    const limits = plot.limits.map((limit) => ({
      yAxis: limit.value,
      lineStyle: {color: colour(lineColour(limit.colour)), width: 1.2, type: [8, 4]},
      label: {show: false},
    }));
    return {
      name: '',
      type: 'line',
      data: plot.limits.map((limit) => [position(plot, 0), limit.value]),
      symbol: 'none',
      lineStyle: {opacity: 0},
      silent: true,
      markLine: {silent: true, symbol: 'none', animation: false, data: marks.concat(limits)},
    };
  }

  function tip(plot, shown) {
    const box = document.createElement('div');
    box.className = 'tip';
    const when = document.createElement('b');
    const first = shown[0] && shown[0].value[0];
    when.textContent = overTime ? clock(first) : String(first);
    box.append(when);
    for (const each of shown) {
      if (each.seriesName !== '' && each.value[1] !== null) {
        const row = document.createElement('span');
        const name = document.createElement('span');
        name.textContent = each.seriesName;
        name.style.color = each.color;
        const value = document.createElement('span');
        value.textContent = short(each.value[1]);
        row.append(name, value);
        box.append(row);
      }
    }
    return box;
  }

  function option(plot, width, rows) {
    const colour = colours();
    const axis = {
      axisLine: {lineStyle: {color: colour('rule')}},
      axisTick: {lineStyle: {color: colour('rule')}},
      axisLabel: {color: colour('soft'), fontSize: 11, hideOverlap: true},
      splitLine: {lineStyle: {color: colour('rule'), width: 0.5}},
    };
    const across = plot.categories.length
      ? {type: 'category', data: plot.categories}
      : overTime
        ? {type: 'value', min: 0, max: data.seconds, interval: ticks(data.seconds, width)}
        : {type: 'value', min: 0, minInterval: 1, name: data.axis, nameLocation: 'middle', nameGap: 24, nameTextStyle: {color: colour('soft'), fontSize: 11}};
    return {
      animation: false,
      backgroundColor: 'transparent',
      textStyle: {fontFamily: getComputedStyle(document.body).fontFamily},
      grid: {left: 2, right: 18, top: headroom(rows), bottom: data.axis ? 24 : 7, containLabel: true},
      tooltip: {
        trigger: 'axis',
        confine: true,
        backgroundColor: colour('paper'),
        borderColor: colour('rule'),
        axisPointer: {lineStyle: {color: colour('soft')}},
        formatter: (shown) => tip(plot, shown),
      },
      legend: {show: false},
      xAxis: Object.assign({}, axis, across, {
        splitLine: {show: false},
        axisLabel: Object.assign({}, axis.axisLabel, overTime ? {formatter: clock} : {}),
      }),
      yAxis: Object.assign({}, axis, {
        type: plot.isLogarithmic ? 'log' : 'value',
        min: plot.isLogarithmic ? undefined : 0,
        splitNumber: 4,
        axisLine: {show: false},
        axisTick: {show: false},
        axisLabel: Object.assign({}, axis.axisLabel, {formatter: short}),
      }),
      series: plot.lines.map((line) => series(plot, line, colour)).concat(frame(plot, colour, rows)),
    };
  }

  // Lines of one name are shown and hidden together.
  const isFirstOfItsName = (line, i, lines) => lines.findIndex((each) => each.name === line.name) === i;

  function legend(plot, chart) {
    const box = document.querySelector('.legend[data-of="' + plot.id + '"]');
    const hidden = new Set();
    const draw = () => {
      const colour = colours();
      box.replaceChildren(
        ...plot.lines.filter(isFirstOfItsName).map((line) => {
          const button = document.createElement('button');
          const swatch = document.createElement('i');
          const paint = colour(lineColour(line.colour));
          swatch.className = line.stroke.toLowerCase();
          swatch.style.borderColor = paint;
          if (line.stroke === 'AREA' || line.stroke === 'POINTS') {
            swatch.style.backgroundColor = line.stroke === 'AREA' ? paint + '2e' : paint;
          }
          button.type = 'button';
          button.setAttribute('aria-pressed', String(!hidden.has(line.name)));
          button.append(swatch, document.createTextNode(line.name));
          button.addEventListener('click', () => {
            hidden.delete(line.name) || hidden.add(line.name);
            chart.dispatchAction({type: 'legendToggleSelect', name: line.name});
            draw();
          });
          return button;
        }),
        ...plot.limits.map((limit) => {
          const entry = document.createElement('span');
          const swatch = document.createElement('i');
          swatch.className = 'limit';
          swatch.style.borderColor = colour(lineColour(limit.colour));
          entry.append(swatch, document.createTextNode(limit.label));
          return entry;
        }),
      );
    };
    return draw;
  }

  const all = data.plots.map((plot) => {
    const box = document.getElementById(plot.id);
    const chart = echarts.init(box, null, {renderer: 'svg'});
    chart.group = GROUP;
    const drawLegend = legend(plot, chart);
    const draw = (size) => {
      drawLegend();
      const width = size.width || box.clientWidth;
      const rows = rowsOfMarks(width);
      const height = size.height + headroom(rows);
      box.style.height = height + 'px';
      chart.resize({width, height});
      chart.setOption(option(plot, width, rows));
      chart.getZr().flush();
    };
    return draw;
  });
  if (overTime) {
    echarts.connect(GROUP);
  }

  const drawAll = (size) => all.forEach((draw) => draw(size));
  drawAll(SCREEN);

  let width = document.documentElement.clientWidth;
  window.addEventListener('resize', () => {
    if (document.documentElement.clientWidth !== width) {
      width = document.documentElement.clientWidth;
      drawAll(SCREEN);
    }
  });
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawAll(SCREEN));

  // On paper: always dark on light, as wide as a column of the page.
  window.addEventListener('beforeprint', () => {
    document.documentElement.classList.add('printing');
    drawAll(PRINT);
  });
  window.addEventListener('afterprint', () => {
    document.documentElement.classList.remove('printing');
    drawAll(SCREEN);
  });
})();
